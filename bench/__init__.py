"""Benchmarks of the bot against a bare FastAPI application, taken in one run: `make bench`."""
