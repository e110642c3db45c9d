"""How well reports are joined into threads, and what is new in them told: `python -m bench.threads`."""
