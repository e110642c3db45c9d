"""From an event on Kafka to the receiver of its alert, and the world of its own that this is measured in."""
