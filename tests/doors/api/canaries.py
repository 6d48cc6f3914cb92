"""A world in which every text says whose it is, and all that a door tells of it."""

import contextlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from reviewflow import clock, logs
from reviewflow.api.application import application
from reviewflow.app import App
from reviewflow.engine import calendar_link
from reviewflow.engine.identity import sessions
from reviewflow.engine.transaction import Transaction
from reviewflow.nouns.commands import order as o
from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.commands import programme as g
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.commands.contact import AddChannel
from reviewflow.nouns.commands.document import AttachDocument
from reviewflow.nouns.contact import ChannelKind
from reviewflow.nouns.paths import API, PLURALS
from reviewflow.nouns.plain import plain
from reviewflow.nouns.principal import Method
from reviewflow.nouns.states import Kind, Role
from reviewflow.store.database import Engine, transaction
from tests.doors.api.described import conform
from tests.doors.api.matrix.doors import HTTPS, OURS, dry
from tests.doors.api.test_every_operation import filled, operations
from tests.doors.api.world import AT, TestClient, token_for
from tests.engine import world as w
from tests.engine.shelf import attach, with_key
from tests.walls import LABS, STAFF, Canaries

SECRET = "canary-secret"  # of one person alone, whose mailbox follows


class Whole(Canaries):
    """All of `Canaries`, and the texts of everything that a review, a person or a register may hold besides."""

    def __init__(self, world: w.World, folder: Path) -> None:
        with_key(world, folder)
        super().__init__(world)
        for lab, officer in LABS.items():
            self._people(lab)
            self._turns(lab, officer)
            self._ends(lab, officer)
            self._documents(lab, officer)
        for person in (w.OFFICER, w.RIVAL, w.DECIDER, w.REVIEWER, w.CONSULTED):
            home, _ = w.PEOPLE[person]
            address = f"{STAFF if '@lab' not in person else f'canary-{home}-told'}-box@{home}.example"
            world.do(person, person, AddChannel(channel_kind=ChannelKind.EMAIL, address=address, confidential=True))
        named = g.AddPerson(mailbox="n@office.example", organization="office", name=STAFF, roles=(Role.AUDITOR,))
        world.do(w.ADMIN, None, named)

    def _people(self, lab: str) -> None:
        name = self.say(lab, "told")
        person = g.AddPerson(mailbox=f"counsel@{lab}.example", organization=lab, name=name, roles=(Role.VIEWER,))
        self.world.do(w.ADMIN, None, person)
        today = self.world.now.date()
        renamed = g.RenameOrganization(name=self.say(lab, "told"), since=today, source=self.say(lab, "told"))
        self.world.do(w.ADMIN, lab, renamed)

    def _turns(self, lab: str, officer: str) -> None:
        """A review with every turn that it may take, each with its reason."""
        do, say = self.world.do, lambda: self.say(lab, "review")
        model = do(officer, None, g.RegisterModel(name=self.say(lab, "told"))).ref
        ref = do(officer, None, r.Open(model=model, policy="tolls", agency="office")).ref
        for item in ("access_ready", "system_card", "safeguard_state", "access_terms"):
            do(officer, ref, r.SupplyItem(item=item, text=say()))
        do(officer, ref, r.SupplyItem(item="checkpoint_digest", digest="9" * 64))
        do(officer, ref, r.PlanRelease(on=(self.world.now + timedelta(days=90)).date()))
        do(officer, ref, r.Submit())
        do(w.INTAKE, ref, r.ReturnSubmission(reason=say()))
        do(officer, ref, r.Submit())
        do(w.INTAKE, ref, r.StartClock())
        lead = w.REVIEWER if lab == "lab-a" else w.SECOND
        do(w.INTAKE, ref, r.Assign(person=lead))
        terms = self.world.settings.programme.access_terms
        for end in (p.EndAccess(grant=1, reason=say()), p.RevokeAccess(grant=2, reason=say())):
            do(officer, ref, p.GrantAccess(to=say(), how=say(), terms=terms))
            do(officer, ref, end)
        for number in (1, 2):
            do(lead, ref, p.RequestInformation(text=say()))
            until = (self.world.now + timedelta(days=12)).date()
            do(lead, ref, p.ExtendAnswer(request=number, until=until, reason=say()))
        do(officer, ref, p.Answer(request=1, text=say()))
        do(lead, ref, p.RejectAnswer(request=1, reason=say()))
        for number in (1, 2):
            do(lead, ref, p.WithdrawRequest(request=number, reason=say()))
        do(w.DECIDER, ref, r.StartToll(cause="agreement_of_parties", reason=say()))
        do(w.DECIDER, ref, r.EndToll(cause="agreement_of_parties", reason=say()))
        do(w.DECIDER, ref, r.Extend(by=1, reason=say(), consent=officer))
        do(w.DECIDER, ref, r.Recompute(second=w.CHIEF, reason=say()))
        title, text, handoff = (self.say(lab, "internal") for _ in range(3))
        finding = p.RecordFinding(title=title, text=text, handoff=handoff, domain="cybersecurity", severity="high")
        do(lead, ref, finding)
        do(officer, ref, r.Withdraw(reason=say()))

    def _ends(self, lab: str, officer: str) -> None:
        do, say = self.world.do, lambda: self.say(lab, "told")
        for end in (o.MeetCommitment(text=say()), o.WaiveCommitment(reason=say()), o.ReplaceCommitment(
            text=say(), owner=say(), reason=say()
        )):  # fmt: skip
            owed = do(w.DECIDER, None, o.AgreeCommitment(lab=lab, text=say(), owner=say(), agency="office")).ref
            do(officer, owed, o.AcceptCommitment())
            do(officer if isinstance(end, o.MeetCommitment) else w.DECIDER, owed, end)
        asked = [ref for (ref,) in self.world.query("SELECT ref FROM coverage WHERE lab = ?", lab)]
        do(w.FINDER, asked[0], g.DecideCoverage(outcome="covered", pointer=say()))  # type: ignore[arg-type]
        partners = [ref for (ref,) in self.world.query("SELECT ref FROM partner WHERE lab = ?", lab)]
        do(w.DECIDER, partners[0], g.RefusePartner(reason=say()))

    def _documents(self, lab: str, officer: str) -> None:
        """A lab's is read by both; an agency's is its own until it is shared."""
        lead = w.REVIEWER if lab == "lab-a" else w.SECOND
        for person, whose, is_shared in ((officer, "review", False), (lead, "internal", False), (lead, "review", True)):
            name, marking, text = (self.say(lab, whose) for _ in range(3))
            wish = AttachDocument(
                name=name, media_type="text/plain", marking=marking, shared=is_shared, size=0, digest="", blob=""
            )
            attach(self.world, self.reviews[lab], text.encode(), person, wish)

    @staticmethod
    def foreign(person: str) -> tuple[str, ...]:
        """The beginnings of the canaries that somebody, or nobody, must never meet."""
        others = tuple(f"{SECRET} {other} " for other in w.PEOPLE if other != person)
        return (*Canaries.foreign(person), *others) if person else ("canary",)

    def signs(self, person: str) -> tuple[str, ...]:
        """The same, and the references of all that is another lab's: to who is of a lab, or nobody, canaries too."""
        home, _ = w.PEOPLE.get(person, ("", ()))
        if home and home not in LABS:
            return self.foreign(person)
        statement = "SELECT ref FROM subject WHERE lab <> ? AND kind NOT IN ('organization', 'person')"
        return (*self.foreign(person), *(str(ref) for (ref,) in self.world.query(statement, home)))


def met(text: str, signs: tuple[str, ...], asked: str = "") -> set[str]:
    """The foreign canaries in a text that were not in the question."""
    return {sign for sign in signs if sign in text and sign not in asked}


@dataclass
class Crawler:
    """Asks the door for everything, as anybody."""

    world: w.World
    app: App
    client: TestClient
    document: dict[str, Any]
    canaries: Whole
    cookies: dict[str, str] = field(default_factory=dict)
    feeds: dict[str, str] = field(default_factory=dict)
    told: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def everything(self, person: str, under: str = API) -> Iterator[tuple[str, str]]:
        """What is answered to every GET, of everything there is; headers count too."""
        for method, path, described in operations(self.document):
            if method == "GET" and path.startswith(under):
                for url in self._urls(path, person, described):
                    yield from self._pages(person, url)

    def of_reviews(self, person: str) -> Iterator[tuple[str, str]]:
        """The same of reviews alone, where a hole would be met first."""
        return self.everything(person, f"{API}/reviews")

    def once(self, person: str) -> list[tuple[str, str]]:
        """Everything, as it was answered the first time."""
        if person not in self.told:
            self.told[person] = [*self.everything(person)]
        return self.told[person]

    def refusals(self, person: str) -> Iterator[tuple[str, str]]:
        """What is answered to every command, on something of either lab; what would be done is not."""
        for method, path, described in operations(self.document):
            if method != "GET" and "identity" not in described["tags"] and "{ref}" in path:
                for ref in self._refs(path)[::4]:
                    url, headers, body = filled(self.document, (method, path.replace("{ref}", ref), described))
                    with patch.object(Transaction, "run", dry):
                        answer = self._ask(person, method, url, headers, body)
                    yield f"{method} {url} {answer.status_code}", f"{answer.headers} {answer.text}"

    def acts(self, person: str) -> Iterator[tuple[str, str]]:
        """What is answered to some commands that are done, each in words of his own."""
        lab = "lab-b" if person == w.RIVAL else "lab-a"
        whose = "own" if person in LABS.values() else "internal"
        review, say = self.canaries.reviews[lab], lambda: self.canaries.say(lab, whose)
        finding = {"title": say(), "text": say(), "domain": "cybersecurity", "severity": "high"}
        acts: list[tuple[str, Any]] = [(f"/reviews/{review}/note", {"text": say()})]
        if whose == "own":
            model, name = self._of_model(review), self.canaries.say(lab, "told")
            acts += [(f"/models/{model}/add-holder", {"name": name}), ("/models", {"name": name})]
        else:
            acts += [(f"/reviews/{review}/find", finding), (f"/reviews/{review}/documents?name={say()}", None)]
        for path, body in acts:
            headers = {"If-Match": "*"} | ({} if body else {"Content-Type": "text/plain"})
            answer = self._ask(person, "POST", API + path, headers, body, content=None if body else say().encode())
            assert answer.is_success, answer.text
            yield f"POST {path} {answer.status_code}", f"{answer.headers} {answer.text}"

    def _of_model(self, review: str) -> str:
        return str(self.world.query("SELECT model FROM review WHERE ref = ?", review)[0][0])

    def _pages(self, person: str, url: str) -> Iterator[tuple[str, str]]:
        after: str | None = ""
        while after is not None:
            answer = self._ask(person, "GET", f"{url}{'&' if '?' in url else '?'}after={after}" if after else url)
            yield f"GET {url} {answer.status_code}", f"{answer.headers} {answer.text}"
            is_list = answer.headers.get("content-type") == "application/json" and answer.is_success
            found = answer.json() if is_list else {}
            after = found.get("next") if found.get("has_more", True) else None

    def _urls(self, path: str, person: str, described: Any) -> Iterator[str]:
        if "{no}" in path:
            yield from (path.format(ref=ref, no=no) for ref in self.canaries.reviews.values() for no in (1, 2, 3))
        elif "{ref}" in path:
            is_of_all = path.startswith(f"{API}/journal/")
            yield from (path.replace("{ref}", ref) for ref in self._refs(path)[:: 3 if is_of_all else 1])
        elif "{id}" in path:
            yield from (path.replace("{id}", id) for id in self._letters(person))
        elif "{secret}" in path:
            yield path.replace("{secret}", self.feeds.get(person, "none"))
        else:
            url, *_ = filled(self.document, ("GET", path.replace("{policy}", "tolls"), described))
            query = "?limit=200" if self._is_long(described) else ""
            yield url + ("?start=2026-07-06" if url.endswith("/window") else query)

    @staticmethod
    def _is_long(described: Any) -> bool:
        return any(one["name"] == "limit" for one in described.get("parameters", ()))

    def _refs(self, path: str) -> list[str]:
        """Of the kind that a path speaks of; of people one of each organization."""
        kinds = [kind for kind in Kind if path.startswith(f"{API}/{PLURALS[kind]}/")] or list(Kind)
        found = [
            str(ref)
            for kind in kinds
            for (ref,) in self.world.query("SELECT ref FROM subject WHERE kind = ? ORDER BY ref", kind.value)
        ]
        people = {*w.PEOPLE} - {w.OFFICER, w.RIVAL, w.DECIDER}
        return [ref for ref in found if ref not in people]

    def _letters(self, person: str) -> list[str]:
        """Some of one's own, and some of everybody else's."""
        rows = self.world.query("SELECT letter, min(recipient) FROM delivery GROUP BY letter ORDER BY letter")
        own = [str(letter) for letter, recipient in rows if recipient == person]
        foreign = [str(letter) for letter, recipient in rows if recipient != person]
        return [*own[:: max(len(own) // 10, 1)], *foreign[:: max(len(foreign) // 4, 1)]]

    def _ask(
        self, person: str, method: str, url: str, headers: Any = None, body: Any = None, content: bytes | None = None
    ) -> Any:
        sent = {AT: plain(self.world.now), **OURS, **(headers or {})}
        if person:
            sent["Cookie"] = self.cookies[person]
        return self.client.request(method, url, headers=sent, json=body, content=content)


@contextmanager
def door(canaries: Whole, engine: Engine) -> Iterator[Crawler]:
    """The application of a world, on an engine of one's own; everybody is signed in, and sees his own secrets too."""
    world = canaries.world
    api = replace(world.settings.server.api, person_rate=10**6, address_rate=10**6)
    settings = replace(world.settings, server=replace(world.settings.server, api=api))
    app = App(settings, engine)
    with TestClient(application(app), base_url=HTTPS, raise_server_exceptions=False) as client:
        conform(client)
        made = Crawler(world, app, client, client.get(f"{API}/openapi.json").json(), canaries)
        for person in w.PEOPLE:
            _signed_in(made, person)
        yield made


def _signed_in(made: Crawler, person: str) -> None:
    """With a session, a token, a passkey, a calendar and a view of the queue of his own."""
    identity, now = made.app.settings.server.identity, clock.now()
    with transaction(made.app.engine) as connection:
        entered = sessions.enter(connection, identity, person, Method.PASSWORD, now, agent=f"{SECRET} {person} agent")
    made.cookies[person] = f"__Host-reviewflow={entered.cookie}"
    made.feeds[person] = calendar_link.make(made.app.engine, person, now).secret
    token_for(made.app, person)
    made.world.query("UPDATE token SET name = ? WHERE person = ?", f"{SECRET} {person} token", person)
    made.world.query(
        "INSERT INTO passkey (id, person, name, public_key, sign_count, transports, made_at) "
        "SELECT id, person, ?, digest, 0, '[]', made_at FROM token WHERE person = ?", f"{SECRET} {person} key", person,
    )  # fmt: skip
    made.world.query(
        "INSERT INTO saved_view (person, name, query, made_at) "
        "SELECT person, ?, ?, made_at FROM token WHERE person = ?",
        f"{SECRET} {person} view", f"lab={SECRET}+{person}", person,
    )  # fmt: skip


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Every line of the log, at its most talkative."""
    with contextlib.redirect_stderr(io.StringIO()) as log:
        logs.configure("debug")
        try:
            yield log
        finally:
            logs.configure("critical")
