"""What customers and agents see and do, in a real Chromium against a real server."""
