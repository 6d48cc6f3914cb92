"""VOICE: letters and the channels that carry them."""
