"""Where alerts arrive on this machine: a Slack-compatible API and an SMTP server that keep every message as a file."""
