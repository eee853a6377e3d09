"""What needs both conversations and the people who answer them: assignment, leases, waits."""
