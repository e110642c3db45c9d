"""Routing: how many events a second are matched against how many subscriptions."""
