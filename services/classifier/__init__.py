"""The classifier: understands what an article says happened."""
