"""The crawler: watches sources and publishes new articles."""
