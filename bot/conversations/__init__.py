"""The flows: what happens to a conversation when a customer, an agent or the clock does something."""
