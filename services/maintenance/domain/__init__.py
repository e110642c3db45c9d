"""Pure: no IO, no clock, no environment."""
