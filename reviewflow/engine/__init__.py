"""MOVERS: each function is one transaction, or a loop over such functions."""
