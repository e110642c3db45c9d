"""The channels, one file each: settings and send() together."""
