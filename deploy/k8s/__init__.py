"""Luming on Kubernetes: manifests, and what writes and checks them."""
