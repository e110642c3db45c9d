"""Backup and restore of a PostgreSQL that runs outside of Kubernetes; there, CloudNativePG does it (deploy/k8s)."""
