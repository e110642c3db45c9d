"""The portal's pure parts, offline."""
