"""`server.toml`: how this installation runs."""

from pathlib import Path

from reviewflow.errors import Invalid
from reviewflow.nouns.server import Server
from reviewflow.settings.fields import Fields
from reviewflow.settings.toml import read_toml

CHANNELS = ("folder", "log")


def load_server(folder: Path) -> Server:
    """The server's numbers and names; defaults where the file or a key is not there."""
    path = folder / "server.toml"
    faults: list[str] = []
    top = Fields(path.name, read_toml(path) if path.exists() else {}, faults)
    heartbeat = top.sub("heartbeat") or Fields(path.name, {}, faults, "heartbeat")
    letters = top.sub("letters") or Fields(path.name, {}, faults, "letters")
    default = Server()
    channels = letters.texts("channels") or default.channels
    for channel in channels:
        if channel not in CHANNELS:
            letters.fault("channels", f"cannot hold {channel!r}", f"choose from {', '.join(CHANNELS)}")
    server = Server(
        poll_seconds=heartbeat.integer("poll_seconds", default.poll_seconds, at_least=1, at_most=3600),
        catch_up_seconds=letters.integer("catch_up_seconds", default.catch_up_seconds, at_least=60, at_most=604_800),
        channels=channels,
        letters_folder=letters.text("folder", default.letters_folder, like=r"[^\0]*"),
        lease_seconds=letters.integer("lease_seconds", default.lease_seconds, at_least=10, at_most=86_400),
        attempts=letters.integer("attempts", default.attempts, at_least=1, at_most=100),
        sender=letters.text("sender", default.sender, like=r"\S+@\S+", remedy="write a mailbox"),
    )
    for fields in (top, heartbeat, letters):
        fields.finish()
    if faults:
        raise Invalid(*faults)
    return server
