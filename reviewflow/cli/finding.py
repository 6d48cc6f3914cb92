"""What `reviewflow check` says of one thing that it looked at."""

from dataclasses import dataclass

OK, WARN, BAD = "ok", "warn", "bad"


@dataclass(frozen=True)
class Finding:
    """`remedy` where it is not in order, or could be better: `is_warning`, which is no reason to exit with 1."""

    what: str
    is_ok: bool
    says: str
    remedy: str = ""
    is_warning: bool = False

    @property
    def mark(self) -> str:
        """In one short word."""
        return BAD if not self.is_ok else WARN if self.is_warning else OK
