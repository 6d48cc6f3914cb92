"""MIGRATIONS: Alembic in code; additive first, compatible with the running release."""
