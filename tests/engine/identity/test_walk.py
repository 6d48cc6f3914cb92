"""Any acts in any order: what was ended, revoked, put out of use or ran out never opens a door again."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from reviewflow import clock
from reviewflow.engine.identity import entrance, sessions, tokens
from reviewflow.engine.identity.authority import operator
from reviewflow.errors import Unauthenticated
from reviewflow.nouns.commands.programme import ActivatePerson, DeactivatePerson
from reviewflow.nouns.principal import EVERYTHING
from tests.engine.identity.installation import ADMIN, DAY, HERE, MINUTE, OFFICER, OTHER, PASSWORD, Installation

STEPS = 60


@dataclass
class Key:
    """What the walk knows of a cookie or token; `born` and `seen` by the walk's clock."""

    secret: str
    id: str
    is_token: bool
    until: datetime
    seen: datetime
    is_dead: bool = False


@dataclass
class Walk:
    """Acts at random, beside a simple picture of what they should come to."""

    place: Installation
    rng: random.Random
    keys: list[Key] = field(default_factory=list)
    is_out: bool = False
    password: str = PASSWORD

    def step(self) -> None:
        often = [self.enter, self.make, self.pass_time, self.prove]
        rarely = [self.end, self.end_all, self.revoke, self.change, self.switch]
        self.rng.choice([self.switch, self.enter] if self.is_out else often * 3 + rarely)()

    def expected(self, key: Key) -> bool:
        """Whether it opens a door now."""
        idle = timedelta(minutes=self.place.settings.server.identity.session_idle_minutes)
        is_idle = not key.is_token and self.place.now - key.seen >= idle
        return not (key.is_dead or self.is_out or is_idle or self.place.now >= key.until)

    def opens(self, key: Key) -> bool:
        room = tokens if key.is_token else sessions
        try:
            found = room.principal(self.place.engine, self.place.settings, key.secret, self.place.now)
        except Unauthenticated:
            return False
        assert (found.person, found.id) == (OFFICER, key.id)
        if self.place.now - key.seen >= MINUTE:
            key.seen = self.place.now
        return True

    def live(self, *, is_token: bool) -> list[Key]:
        return [key for key in self.keys if key.is_token is is_token and self.expected(key)]

    def enter(self) -> None:
        try:
            found = self.place.sign_in(password=self.password)
        except Unauthenticated:
            assert self.is_out
            return
        assert not self.is_out
        self.keys.append(Key(found.cookie, found.principal.id, False, found.expires_at, self.place.now))

    def make(self) -> None:
        if not self.is_out:
            arguments = self.place.engine, self.place.settings, operator(OFFICER), "x", EVERYTHING
            made = tokens.make(*arguments, self.rng.choice([1, 2, 90]), self.place.now)
            self.keys.append(Key(made.secret, made.row["id"], True, made.row["expires_at"], self.place.now))

    def pass_time(self) -> None:
        self.place.now += self.rng.choice([MINUTE, MINUTE, 10 * MINUTE, 29 * MINUTE, 30 * MINUTE, 7 * 60 * MINUTE, DAY])

    def end(self) -> None:
        if found := self.live(is_token=False):
            key = self.rng.choice(found)
            sessions.end(self.place.engine, self.place.settings, operator(ADMIN), OFFICER, key.id, self.place.now)
            key.is_dead = True

    def end_all(self) -> None:
        sessions.end_all(self.place.engine, self.place.settings, operator(ADMIN), OFFICER, self.place.now)
        self._kill(is_token=False)

    def revoke(self) -> None:
        if found := self.live(is_token=True):
            key = self.rng.choice(found)
            tokens.revoke(self.place.engine, self.place.settings, operator(ADMIN), key.id, self.place.now)
            key.is_dead = True

    def prove(self) -> None:
        self._renew(lambda who: entrance.prove(self.place.engine, self.place.settings, who, self.password, HERE,
                                               self.place.now))  # fmt: skip

    def change(self) -> None:
        wanted = OTHER if self.password == PASSWORD else PASSWORD
        others = self._renew(lambda who: entrance.change(self.place.engine, self.place.settings, who, self.password,
                                                         wanted, HERE, self.place.now))  # fmt: skip
        if others is not None:
            self.password = wanted
            for key in others:
                key.is_dead = key.is_dead or not key.is_token

    def _renew(self, act) -> list[Key] | None:
        """A session goes on under a new cookie; the keys that there were, and None where there is no session."""
        if not (found := self.live(is_token=False)):
            return None
        key, others = self.rng.choice(found), list(self.keys)
        who = sessions.principal(self.place.engine, self.place.settings, key.secret, self.place.now)
        entered = act(who)
        key.is_dead = True
        self.keys.append(Key(entered.cookie, key.id, False, key.until, self.place.now))
        return others

    def switch(self) -> None:
        """Out of use and in again; what was given before is over for good."""
        if self.is_out:
            self.place.record(ActivatePerson(), OFFICER)
        else:
            self.place.record(DeactivatePerson(reason="left"), OFFICER)
            self.place.query("UPDATE session SET made_at = ? WHERE made_at > ?", *self._early())
            self.place.query("UPDATE token SET made_at = ? WHERE made_at > ?", *self._early())
            for is_token in (False, True):
                self._kill(is_token=is_token)
        self.is_out = not self.is_out
        self.place.now = max(self.place.now, clock.now())

    def _early(self) -> tuple[str, str]:
        """The record has the machine's clock, which stands behind the walk's: what there is was made before it."""
        return "2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.000000Z"

    def _kill(self, *, is_token: bool) -> None:
        for key in self.keys:
            key.is_dead = key.is_dead or key.is_token is is_token


@pytest.mark.parametrize("seed", range(3))
def test_what_is_over_stays_over(place: Installation, seed: int) -> None:
    """After every act each cookie and token that ever was opens a door exactly where the simple picture says so."""
    place.has_password(OFFICER)
    walk = Walk(place, random.Random(seed))
    opened = 0
    for _ in range(STEPS):
        walk.step()
        for key in walk.keys:
            expected = walk.expected(key)
            assert walk.opens(key) is expected, key
            opened += expected
    assert opened > STEPS // 2
    assert sum(key.is_dead for key in walk.keys) > 5
