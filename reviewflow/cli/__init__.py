"""The door for operators: the command line."""
