"""What the PostgreSQL server says of itself: whether it takes writes, and whether these survive a crash."""

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, text

_DURABLE = {  # setting: the values that keep promise 1
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply", "remote_write", "local"),
}
_FOUND = text("SELECT name, setting FROM pg_settings WHERE name IN :names ORDER BY name").bindparams(
    bindparam("names", expanding=True)
)

_WRITES = text("SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on'")
PRIMARY = "Name the primary in --database (...?host=a&host=b&target_session_attrs=read-write)."


def why_read_only(connection: Connection) -> str | None:
    """Why nothing can be written here, as a sentence; None where it can, as far as the server says."""
    if connection.dialect.name != "postgresql":
        return None
    is_replica, is_read_only = connection.execute(_WRITES).one()
    if is_replica:
        return "This server is a replica (in recovery)."
    return "This server is read-only (default_transaction_read_only = on)." if is_read_only else None


def settings_of(connection: Connection) -> Iterator[tuple[str, str, bool]]:
    """Name, value and whether it is safe, of each setting that promise 1 rests on."""
    for name, found in connection.execute(_FOUND, {"names": list(_DURABLE)}):
        yield name, found, found in _DURABLE[name]
