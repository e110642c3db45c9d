"""Maintenance: what is kept for how long, and what is erased before its time."""
