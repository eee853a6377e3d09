"""The people who answer: their accounts, and the queue as they see it."""
