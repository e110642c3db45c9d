"""The whole system on one machine: broker, database, services, newsstand."""
