"""Values of a fixed kind in what customers write: addresses, numbers, amounts and days, each in one normal form."""
