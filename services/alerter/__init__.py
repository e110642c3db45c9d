"""The alerter: threads stories and tells the teams that asked."""
