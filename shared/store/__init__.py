"""The tables, one file an owner: each table has one writer, all may read."""
