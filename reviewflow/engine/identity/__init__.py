"""Who comes in: passwords, sessions, tokens, one-time codes, and what is counted against those who guess."""
