"""The steps of alerting, in order, over ports."""
