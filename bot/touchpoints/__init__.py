"""The touchpoint log: what happened, durable and in order. Everything else is computed from it."""
