"""For those who write sources: the contract tests, a beginning for a new one, and a fixture out of a live answer."""
