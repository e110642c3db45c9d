"""A small, fictional news site to try the system on."""
