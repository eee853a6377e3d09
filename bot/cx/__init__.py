"""Analysis of the customer experience: readers of the log, and simulated customers to try them on."""
