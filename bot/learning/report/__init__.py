"""A page that shows how well a model tells messages apart, and which examples keep it from doing better."""
