"""`make load`: a day's worth of articles through all services in an hour, with what it took."""
