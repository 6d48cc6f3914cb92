"""How this installation runs: numbers and names, from `config/server.toml`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Server:
    """Times in seconds; `channels` in the order in which copies are made."""

    poll_seconds: int = 60
    catch_up_seconds: int = 3600  # what is recorded later than this goes into one catch-up letter
    channels: tuple[str, ...] = ("folder", "log")
    letters_folder: str = ""  # empty: `letters` beside the database
    lease_seconds: int = 300
    attempts: int = 8
    sender: str = "reviewflow@localhost"
