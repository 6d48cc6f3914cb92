"""PROOF: canonical bytes and digest chains; pure."""
