"""LAW: pure functions of their arguments; no SQL, network, clock or randomness."""
