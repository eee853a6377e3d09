"""The log in files that other programs read: JSON Lines, CSV, Parquet, XES; each with the same touchpoints in it."""
