"""Kinds of source that configuration alone can use."""
