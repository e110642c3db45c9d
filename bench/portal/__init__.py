"""How fast the portal searches, and whether it finds what it should."""
