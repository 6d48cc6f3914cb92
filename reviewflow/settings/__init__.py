"""SETTINGS: reads and checks all configuration, every fault at once."""
