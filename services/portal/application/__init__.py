"""The portal's steps over ports."""
