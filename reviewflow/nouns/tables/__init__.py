"""TABLES: the schema, one class a table; the write path uses their `__table__`."""
