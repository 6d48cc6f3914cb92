"""The tests: rules know no database, stores run on each, stories go end to end."""
