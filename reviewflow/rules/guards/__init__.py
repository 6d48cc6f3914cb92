"""GUARDS: what stands against a command besides the state; each yields every reason, with its remedy."""
