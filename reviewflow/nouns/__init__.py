"""NOUNS: the words of the process as data, with no behaviour."""
