"""The demonstration shop's own systems: a small backend as a shop's developers would write it, called as theirs is."""
