"""Training data of other services, brought into the bot's own format: intents with examples and answers, and slots."""
