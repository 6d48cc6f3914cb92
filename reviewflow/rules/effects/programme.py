"""Effects on organizations, people, models, agreements, coverage and partners."""

from typing import Any

from reviewflow.nouns.commands import programme as g
from reviewflow.nouns.events import BY_ONE_SIDE, RECORD
from reviewflow.nouns.states import AgreementState, Side
from reviewflow.rules.guards.programme import terms_of
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

Extra = dict[str, Any] | None


def add_organization(w: Work, c: g.AddOrganization, s: Scene) -> Extra:
    """The key is its reference for ever."""
    w.set(side=Side.AGENCY if c.agency else Side.LAB, name=c.name, powers=[power.value for power in c.powers])
    w.add("organization_name", name=c.name, since_on=c.since, source=c.source)
    return None


def rename_organization(w: Work, c: g.RenameOrganization, s: Scene) -> Extra:
    """The old name stays on record with its dates."""
    before = w.row["name"]
    w.set(name=c.name)
    w.add("organization_name", name=c.name, since_on=c.since, source=c.source)
    return {"before": before}


def nothing(w: Work, c: object, s: Scene) -> Extra:
    """The state is all that changes."""
    return None


def add_person(w: Work, c: g.AddPerson, s: Scene) -> Extra:
    """A role mailbox."""
    roles = [role.value for role in c.roles]
    w.set(name=c.name or c.mailbox, organization=c.organization, roles=roles, channels=None, preferences=None)
    return None


def change_roles(w: Work, c: g.ChangeRoles, s: Scene) -> Extra:
    """From now on; what was done stays done."""
    before = w.row["roles"]
    w.set(roles=[role.value for role in c.roles])
    return {"before": before}


def register_model(w: Work, c: g.RegisterModel, s: Scene) -> Extra:
    """One version, by its digest where it is known."""
    w.set(name=c.name, checkpoint_digest=c.digest, release_kind=c.release_kind, source=c.source)
    return None


def record_release(w: Work, c: g.RecordRelease, s: Scene) -> Extra:
    """A dated fact."""
    w.add("model_release", stage=c.stage, released_at=w.effective_at, scope=c.scope, source=c.source)
    return None


def add_holder(w: Work, c: g.AddHolder, s: Scene) -> Extra:
    """Someone who can only be told."""
    w.add("holder", name=c.name, contact=c.contact, source=c.source)
    return None


def open_agreement(w: Work, c: g.OpenAgreement, s: Scene) -> Extra:
    """Negotiating."""
    w.set(
        note=c.note, source=c.source, lab_signed_by=None, agency_signed_by=None, signed_at=None, since=None,
        ended_at=None,
    )  # fmt: skip
    return None


def sign_agreement(w: Work, c: g.SignAgreement, s: Scene) -> Extra:
    """In force when both sides have signed the same terms; the public record signs for both."""
    if w.actor.ref == RECORD:
        w.set(lab_signed_by=RECORD, agency_signed_by=RECORD)
    elif w.actor.side is Side.LAB:
        w.set(lab_signed_by=w.actor.ref)
    else:
        w.set(agency_signed_by=w.actor.ref)
    if c.source:
        w.set(source=c.source)
    if w.row["state"] != AgreementState.SIGNED:
        return {"event": BY_ONE_SIDE}
    w.set(signed_at=w.effective_at, since=c.since)
    return {"text": terms_of(c, s) or None}


def end_agreement(w: Work, c: g.EndAgreement | g.DeclineAgreement, s: Scene) -> Extra:
    """Reviews run on; new filings that need one are refused."""
    w.set(ended_at=w.effective_at)
    return None


def ask_coverage(w: Work, c: g.AskCoverage, s: Scene) -> Extra:
    """An inquiry may precede any review."""
    w.set(model=c.model, text=c.text, pointer=None, decided_by=None)
    return None


def decide_coverage(w: Work, c: g.DecideCoverage, s: Scene) -> Extra:
    """The outcome and a pointer; the review, if there is one, runs on."""
    w.set(pointer=c.pointer, decided_by=w.actor.ref)
    return None


def propose_partner(w: Work, c: g.ProposePartner, s: Scene) -> Extra:
    """By either side."""
    side = w.actor.side or Side.AGENCY
    w.set(review=c.review, name=c.name, stage=c.stage, proposed_by=w.actor.ref, proposed_side=side)
    return {"side": side}
