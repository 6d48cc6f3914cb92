"""`[web]` of `server.toml`: what the pages show to whom."""

from reviewflow.nouns.server import Web
from reviewflow.settings.fields import Fields


def read_web(fields: Fields) -> Web:
    """The table; defaults for what it leaves out."""
    return Web(public_programme=fields.boolean("public_programme", Web().public_programme))
