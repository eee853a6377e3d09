"""What other systems report of customers: taken with a key, checked, stored once. Knows no HTTP."""
