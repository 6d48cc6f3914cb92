"""EFFECTS: what a command changes once the picture and the guards have let it through."""
