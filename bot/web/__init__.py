"""The HTTP edge: it validates, authenticates, calls a flow and knows status codes. Nothing is decided here."""
