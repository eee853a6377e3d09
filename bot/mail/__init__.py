"""Letters to customers and staff, where the shop has set up its mail."""
