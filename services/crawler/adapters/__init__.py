"""What the crawler's ports need: HTTP, SQL, Kafka."""
