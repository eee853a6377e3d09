"""The pure core: what state a conversation is in, and what the bot says next. No clock, no I/O, no randomness."""
