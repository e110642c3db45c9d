"""What the ports need: PostgreSQL."""
