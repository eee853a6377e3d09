"""The shop's own systems over HTTP: signed calls, and answers that are checked. `docs/actions.md` is their contract."""
