"""What the bot says and asks, written by people who do not program: read, checked, and immutable from then on."""
