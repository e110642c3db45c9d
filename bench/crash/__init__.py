"""The alerter killed at random moments under load, and what then reached people compared with what should have."""
