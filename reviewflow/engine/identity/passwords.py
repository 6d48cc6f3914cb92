"""Passwords: which are good enough, and what is kept of them: an argon2id hash."""

import re

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from reviewflow.errors import Invalid
from reviewflow.nouns.plural import plural
from reviewflow.nouns.server import Identity
from reviewflow.nouns.subject import Row

SHORTEST, LONGEST = 12, 128  # characters; a longer one would only cost time
GUESSES = 10  # a good one takes more than ten to this power, by the estimate of zxcvbn
READ = 72  # characters: as far as zxcvbn reads, which is far beyond what decides


def check(password: str, person: Row) -> None:
    """Invalid with every fault. Any signs will do; what is easily guessed, from the person's names too, will not."""
    faults = []
    if len(password) < SHORTEST:
        faults.append(f"The password has {plural(len(password), 'character')}; it needs {SHORTEST} or more.")
    if len(password) > LONGEST:
        faults.append(f"The password has {plural(len(password), 'character')}; at most {LONGEST} are taken.")
    elif _guesses(password, person) < GUESSES:
        faults.append("The password is easily guessed: it is common, repeats itself, or is made of your own names.")
    if faults:
        raise Invalid(*faults, remedy="Take four or more words that do not belong together, or let a program draw one.")


def _guesses(password: str, person: Row) -> float:
    """How many guesses it takes, as a power of ten, where the person's own names are given away for nothing."""
    from zxcvbn import zxcvbn  # its word lists are for the few who set a password

    names = (person["ref"], person["name"], person["organization"], person["organization_name"], "reviewflow")
    words = {word for name in names for word in (name.lower(), *re.split(r"[\W_]+", name.lower())) if len(word) > 2}
    own = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    rest = re.sub(own, "", password, flags=re.IGNORECASE)
    return float(zxcvbn(rest[:READ])["guesses_log10"]) if rest else 0.0


def hashed(password: str, cost: Identity) -> str:
    """What is kept of it."""
    return _hasher(cost).hash(_bytes(password))


def matches(password: str, kept: str | None, cost: Identity) -> bool:
    """Whether it is the one that was kept; where there is none, or a cheaper one, it takes as long to say no."""
    if len(password) > LONGEST:
        password = ""  # none of these was ever taken  # nosec B105
    if kept is None:
        hashed(password, cost)
        return False
    try:
        return _hasher(cost).verify(kept, _bytes(password))
    except (VerifyMismatchError, InvalidHashError):
        if is_cheap(kept, cost):  # of somebody who has not been here since the cost was raised
            hashed(password, cost)
        return False


def is_cheap(kept: str, cost: Identity) -> bool:
    """Whether a hash costs less in any way than is asked for today, as one that cannot be read does."""
    try:
        found = extract_parameters(kept)
    except InvalidHashError:
        return True
    wanted = (cost.argon2_passes, cost.argon2_memory_kib, cost.argon2_lanes)
    return any(
        had < want for had, want in zip((found.time_cost, found.memory_cost, found.parallelism), wanted, strict=True)
    )


def _bytes(password: str) -> bytes:
    """Exactly as it was given: no case is changed, nothing cut off or composed anew."""
    return password.encode("utf-8", "surrogatepass")


def _hasher(cost: Identity) -> PasswordHasher:
    return PasswordHasher(cost.argon2_passes, cost.argon2_memory_kib, cost.argon2_lanes)
