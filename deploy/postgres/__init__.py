"""The database's roles."""
