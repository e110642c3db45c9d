"""What is broken on purpose: processes killed at random moments. `make chaos` runs these, `make test` does not."""
