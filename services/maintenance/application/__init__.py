"""The steps, over ports."""
