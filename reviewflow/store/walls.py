"""The second wall: what a person's transaction sees of each table, held by PostgreSQL's row-level security.

It says again, for itself, what `rules/permissions.py` and the views decide. The engine sees everything, and alone
writes; a connection that did not say who looks (`store/scope.py`) sees nothing.
"""

import re
from collections.abc import Collection, Iterator

from sqlalchemy import Connection, inspect

from reviewflow.nouns.states import Kind, Role
from reviewflow.nouns.tables.index import METADATA, PARTS, ROWS

SEES_ALL = (Role.INTAKE, Role.DECIDER, Role.ADMIN, Role.AUDITOR)  # of what was filed with their agency
OPERATES = (Role.ADMIN, Role.AUDITOR)
NOBODY = "false"
READ_WHOLE = ("queue_line",)  # all of its rows are looked at for each page of the queue


def _setting(name: str) -> str:
    """Not as a subquery: to ask for each row costs less than to plan so many, and most statements find few rows."""
    return f"current_setting('reviewflow.{name}', true)"


def _has(roles: Collection[Role]) -> str:
    return "(" + " OR ".join(f"strpos({_setting('roles')}, ' {role.value} ') > 0" for role in roles) + ")"


SCOPE, ME, OURS = _setting("scope"), _setting("person"), _setting("organization")  # the scope of a person is his side
_IS_ENGINE, _IS_AGENCY = f"{SCOPE} = 'engine'", f"{SCOPE} = 'agency'"


def _is_for_us(ref: str = "ref") -> str:
    return f"(agency = {OURS} AND {_has(SEES_ALL)} OR strpos({_setting('assigned')}, ' ' || {ref} || ' ') > 0)"


_IS_ON_PUBLIC_RECORD = "EXISTS (SELECT FROM agreement AS a WHERE a.lab = organization.ref AND a.source IS NOT NULL)"
_IS_OF_MY_SIDE = f"(is_shared OR side = {SCOPE})"


def _sides(lab: str, agency: str = "true") -> str:
    return f"CASE {SCOPE} WHEN 'lab' THEN {lab} WHEN 'agency' THEN {agency} END"


_RULES_OF_ROWS = dict.fromkeys(Kind, _sides(f"lab = {OURS}")) | {
    Kind.REVIEW: _sides(f"lab = {OURS}", f"submitted_at IS NOT NULL AND {_is_for_us()}"),
    Kind.AGREEMENT: _sides(f"lab = {OURS} OR source IS NOT NULL"),
    Kind.ORGANIZATION: _sides(f"ref = {OURS} OR side = 'agency' OR {_IS_ON_PUBLIC_RECORD}"),
    Kind.PERSON: _sides(f"organization = {OURS}"),
}
_RULES_OF_PARTS = {
    "assignment": _IS_AGENCY,
    "recommendation": _IS_AGENCY,
    "determination": _IS_AGENCY,  # it names who recommended; a lab is told of its other columns (store/queries.py)
    "finding": f"(is_shared OR {_IS_AGENCY})",
    "note": _IS_OF_MY_SIDE,
    "review_document": _IS_OF_MY_SIDE,
}
_IS_SPINE_SEEN = _sides(  # it tells whose it is, so that no rule of what belongs to it looks further
    f"lab = {OURS} OR lab IS NULL AND kind = 'organization'",
    f"kind <> 'review' OR agency IS NOT NULL AND {_is_for_us()}",
)
_OWNER = "CASE WHEN name = 'note_added' THEN coalesce(data ->> 'side', 'agency') ELSE 'agency' END"
_IS_READ = f"(NOT is_internal OR {SCOPE} = {_OWNER})"


def _seen(table: str, key: str, where: str) -> str:
    """That the row of a key in another table is seen, by that table's own rule; EXISTS would be planned twice."""
    return f"(SELECT true FROM {table} AS other WHERE other.{key} = {where})"


def _told(event: str) -> str:
    """That a letter to the person tells of an event; it stays his when its subject is his no more."""
    copy = f"d.subject = {event}.subject AND d.seq = {event}.seq"
    return f"EXISTS (SELECT FROM delivery AS d WHERE {copy} AND d.recipient = {ME})"


def _rules() -> Iterator[tuple[str, str | None]]:
    for kind, row in ROWS.items():
        yield row.name, _RULES_OF_ROWS[kind]
        for part in PARTS[kind]:
            yield part, f"{_RULES_OF_PARTS.get(part, 'true')} AND {_seen('subject', 'ref', f'{part}.subject')}"
    for table in ("database", "document"):  # what it is, and policies and calendars
        yield table, None
    yield "subject", _IS_SPINE_SEEN
    filed = f"side = 'agency' AND agency IS NOT NULL AND {_is_for_us('subject')}"
    yield "queue_line", _sides(f"side = 'lab' AND lab = {OURS}", filed)
    yield "notice", _seen("subject", "ref", "notice.subject")
    yield "event", f"{_seen('subject', 'ref', 'event.subject')} AND {_IS_READ} OR {_told('event')}"
    yield "delivery", f"recipient = {ME} OR {_has(OPERATES)} AND {_seen('subject', 'ref', 'delivery.subject')}"
    # Who reads for an agency may be assigned: of that a lab is told the columns that name nobody (store/readings.py).
    yield "reading", f"{_sides('false', f'organization = {OURS}')} AND {_seen('subject', 'ref', 'reading.subject')}"
    yield "review_key", _seen("subject", "ref", "review_key.subject")
    yield "blob", "EXISTS (SELECT FROM review_document AS d WHERE d.subject = blob.subject AND d.blob = blob.ref)"
    yield "blob_chunk", _seen("blob", "ref", "blob_chunk.blob")
    for table in ("calendar_link", "openid_link", "passkey", "saved_view", "session", "token"):
        yield table, f"person = {ME}"
    for table in ("answer", "attempt", "challenge", "credential", "invitation", "worker"):
        yield table, NOBODY


RULES = dict(_rules())  # by table, what a person sees of it; None: public, with no wall


def statements(tables: Collection[str]) -> Iterator[str]:
    """What builds the walls of these tables anew; one that is not declared is the engine's alone."""
    for table in sorted(METADATA.tables.keys() & set(tables)):
        rule = RULES.get(table, NOBODY)
        for policy in ("engine", "reader"):
            yield f'DROP POLICY IF EXISTS {policy} ON "{table}"'
        if rule is not None:
            engine = _likely(_IS_ENGINE)
            reader = _likely(f"NOT {_IS_ENGINE} AND ({rule})")  # which the database may well ask first
            if table in READ_WHOLE:
                engine, reader = _asked_once(engine), _asked_once(reader)
            yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'  # its owner's too
            yield f'CREATE POLICY engine ON "{table}" USING ({engine})'
            yield f'CREATE POLICY reader ON "{table}" FOR SELECT USING ({reader})'


def _asked_once(rule: str) -> str:
    """The same, with each setting in a subquery: its plan costs more, and its row less."""
    return re.sub(r"current_setting\([^)]*\)", r"(SELECT \g<0>)", rule)


def _likely(condition: str) -> str:
    """The same, in the one form of which the planner expects that it holds: else it takes every table for empty."""
    return f"(CASE WHEN {condition} THEN 1 END) IS NOT NULL"


def build(connection: Connection) -> None:
    """Build them, on PostgreSQL; a migration that makes a table, or comes with another rule, does so again."""
    if connection.dialect.name == "postgresql":
        for statement in statements(inspect(connection).get_table_names()):
            connection.exec_driver_sql(statement)
