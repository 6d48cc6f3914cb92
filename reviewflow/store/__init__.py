"""MEMORY: the only room that speaks SQL."""
