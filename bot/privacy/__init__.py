"""What is owed to customers about their data: erasing it, giving it out, keeping it no longer than needed, copies."""
