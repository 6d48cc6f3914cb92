"""WEB: the door for people; pages on the server that work without a script, over the same views and commands."""
