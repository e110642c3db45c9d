"""What every service shares: messages, tables, the watchlist's values and the runtime. Imports no service."""
