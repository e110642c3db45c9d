"""What the alerter's ports need: SQL, Kafka."""
