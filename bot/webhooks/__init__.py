"""Telling the shop's own systems what happens, by the Standard Webhooks scheme."""
