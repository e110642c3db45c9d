"""What every service process needs: settings, logs, health, metrics, Kafka clients, a clean stop."""
