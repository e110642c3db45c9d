"""PostgreSQL, Kafka, files."""
