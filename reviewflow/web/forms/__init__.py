"""FORMS: every command as a form that is generated from its fields, and what comes back from it."""
