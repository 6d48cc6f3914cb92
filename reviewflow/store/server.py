"""What the PostgreSQL server says of itself: whether what it answered as written survives a crash."""

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


def settings_of(connection: Connection) -> Iterator[tuple[str, str, bool]]:
    """Name, value and whether it is safe, of each setting that promise 1 rests on."""
    for name, found in connection.execute(_FOUND, {"names": list(_DURABLE)}):
        yield name, found, found in _DURABLE[name]
