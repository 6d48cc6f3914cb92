"""What stands against commands on the other subjects: keys, mailboxes, powers, the other side's consent."""

import re
from collections.abc import Iterator

from reviewflow.nouns.commands import order as o
from reviewflow.nouns.commands import programme as g
from reviewflow.nouns.events import RECORD
from reviewflow.nouns.states import AGENCY_ROLES, LAB_ROLES, HaltState, Power, Role, Side, Standing
from reviewflow.nouns.subject import Row
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

Reasons = Iterator[str]
KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,38}")
MAILBOX = re.compile(r"[a-z0-9._+-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
LEAVING = (g.ChangeRoles, g.DeactivatePerson, g.DeactivateOrganization)  # by which an administrator may go
DIGEST = re.compile(r"[0-9a-f]{64}")


def good_key(w: Work, c: g.AddOrganization, s: Scene) -> Reasons:
    """A short lower-case key; powers belong to agencies."""
    if not KEY.fullmatch(c.key):
        yield f"The key {c.key!r} is not 2 to 39 lower-case letters, digits and hyphens."
    if c.powers and not c.agency:
        yield "Powers belong to agencies; add --agency."


def good_person(w: Work, c: g.AddPerson, s: Scene) -> Reasons:
    """A role mailbox of an active organization, with roles of its side."""
    if not MAILBOX.fullmatch(c.mailbox):
        yield f"{c.mailbox!r} is not a mailbox in lower case, such as officer@example-lab.example."
    home = s.rows[c.organization]
    if home["state"] != Standing.ACTIVE:
        yield f"The organization {c.organization} is inactive."
    yield from _roles(c.roles, home["side"])


def fitting_roles(w: Work, c: g.ChangeRoles, s: Scene) -> Reasons:
    """Roles of the organization's side."""
    yield from _roles(c.roles, s.organizations[w.row["organization"]]["side"])


def _roles(roles: tuple[Role, ...], side: str) -> Reasons:
    fitting = LAB_ROLES if side == Side.LAB else AGENCY_ROLES
    if not roles:
        yield f"No role; give one with --roles: {', '.join(role.value for role in fitting)}."
    for role in roles:
        if role not in fitting:
            kind = "a lab" if side == Side.LAB else "an agency"
            yield f"The role {role.value} is not one of {kind}: {', '.join(fit.value for fit in fitting)}."


def leaves_an_administrator(
    w: Work, c: g.ChangeRoles | g.DeactivatePerson | g.DeactivateOrganization, s: Scene
) -> Reasons:
    """Whoever is taken out, an administrator in use stays; the public record only tells what is so."""
    if not w.actor.is_person or (isinstance(c, g.ChangeRoles) and Role.ADMIN in c.roles):
        return
    left = {one.ref: one for one in s.people.values() if one.is_active and Role.ADMIN in one.roles}
    gone = {ref for ref, one in left.items() if w.subject.ref in (ref, one.organization)}
    if gone and len(gone) == len(left):
        yield (
            f"{', '.join(sorted(gone))} is the last administrator in use, and nobody could look after people then; "
            "make another administrator first, with `reviewflow person roles` or `reviewflow person add`."
        )


def good_model(w: Work, c: g.RegisterModel, s: Scene) -> Reasons:
    """A lab's own model, identified by its digest where that is known."""
    if c.digest is not None and not DIGEST.fullmatch(c.digest):
        yield f"--digest is a SHA-256, 64 lower-case hex digits; {c.digest!r} is not."
    home = s.organizations.get(w.row.get("lab", ""))
    if home is None or home["side"] != Side.LAB:
        yield "A model belongs to a lab; name it with --lab."


def with_reviewer(w: Work, c: g.OpenAgreement | o.AgreeCommitment, s: Scene) -> Reasons:
    """Between a lab and an agency."""
    if s.organizations[w.row["lab"]]["side"] != Side.LAB:
        yield f"{w.row['lab']} is not a lab."
    if s.organizations[w.row["agency"]]["side"] != Side.AGENCY:
        yield f"{w.row['agency']} is not an agency."


def with_coverage(w: Work, c: g.AskCoverage, s: Scene) -> Reasons:
    """The office asked has the coverage power."""
    if Power.COVERAGE not in s.organizations[w.row["agency"]]["powers"]:
        yield f"{w.row['agency']} does not have the coverage power."


def not_yet_signed(w: Work, c: g.SignAgreement, s: Scene) -> Reasons:
    """Each side signs once."""
    if w.actor.ref == RECORD:
        return
    column = "lab_signed_by" if w.actor.side is Side.LAB else "agency_signed_by"
    if w.row[column]:
        yield f"Your side has signed already ({w.row[column]}); the other side's signature is missing."


def terms_of(c: g.SignAgreement, s: Scene) -> str:
    """What is signed: what is given, else what the other side signed; "" for none."""
    return c.text or s.terms or ""


def same_terms(w: Work, c: g.SignAgreement, s: Scene) -> Reasons:
    """Both sides sign the same: the terms of who signed first."""
    if s.terms is not None and terms_of(c, s) != s.terms:
        yield (
            f"The other side signed {'other terms' if s.terms else 'no terms'}, so these would not be agreed: leave "
            "--text out to sign the same, or decline the agreement and open another."
        )


def other_side(w: Work, c: object, s: Scene) -> Reasons:
    """What one side proposed, the other agrees to or refuses."""
    if w.actor.is_person and w.actor.side == w.row["proposed_side"]:
        yield f"Your own side proposed it ({w.row['proposed_by']}); the other side answers."


def models_of_one_lab(w: Work, c: o.OrderHalt, s: Scene) -> Reasons:
    """One or several models of one lab, each once, ordered by an office with the halt power."""
    if not c.models:
        yield "A halt names at least one model; give --models."
    if len({s.rows[ref]["lab"] for ref in c.models}) > 1:
        yield "The models belong to several labs; order one halt a lab."
    if len(set(c.models)) < len(c.models):
        yield "A model is named twice."
    if Power.HALT not in s.organizations[w.row["agency"]]["powers"]:
        yield f"{w.row['agency']} does not have the halt power."


def models_halted(w: Work, c: o.NarrowHalt | o.LiftHalt | o.Restore, s: Scene) -> Reasons:
    """The named models are under this halt."""
    under = {row["model"] for row in w.subject.part("halt_model")}
    for ref in (c.model,) if isinstance(c, o.Restore) else c.models:
        if ref not in under:
            yield f"The model {ref} is not under this halt; it covers {', '.join(sorted(under))}."


def addressed(w: Work, c: object) -> list[Row]:
    """The models that a command on a halt moves: the named ones, else all that can still be moved."""
    rows = w.subject.part("halt_model")
    if isinstance(c, o.Restore):
        return [row for row in rows if row["model"] == c.model]
    if isinstance(c, o.NarrowHalt | o.LiftHalt) and c.models:
        return [row for row in rows if row["model"] in c.models]
    if isinstance(c, o.ImplementHalt):
        return [row for row in rows if row["state"] != HaltState.RESTORED] or rows
    moving = [row for row in rows if row["state"] in (HaltState.ORDERED, HaltState.NARROWED)]
    return moving or rows
