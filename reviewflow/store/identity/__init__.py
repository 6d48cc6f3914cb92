"""What identity keeps: statements on passwords, sessions, tokens, codes and failures; no secret, only digests."""
