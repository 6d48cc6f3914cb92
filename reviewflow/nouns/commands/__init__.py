"""COMMANDS: every wish that the process knows, as frozen data; each may be refused."""
