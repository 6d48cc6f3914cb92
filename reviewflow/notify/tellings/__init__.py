"""TELLINGS: one event in words, a module for each room of the process."""
