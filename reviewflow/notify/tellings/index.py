"""Which text belongs to which event; a test holds this complete."""

from reviewflow.notify.matter import Matter, Tell, Telling, words
from reviewflow.notify.tellings import (
    asking,
    clock,
    contact,
    document,
    filing,
    looking,
    notices,
    order,
    programme,
    release,
    way_in,
)
from reviewflow.nouns.events import APPROACHING, CHECKED, MENDED, MISSED, REACHED, RESCINDED

TELLINGS: dict[str, Tell] = {
    "submitted": filing.submitted,
    "returned": filing.returned,
    "assigned": filing.assigned,
    "release_planned": filing.release_planned,
    "withdrawn": filing.withdrawn,
    "clock_started": clock.clock_started,
    "start_corrected": clock.start_corrected,
    "window_recomputed": clock.window_recomputed,
    "toll_started": clock.toll_started,
    "toll_ended": clock.toll_ended,
    "extended": clock.extended,
    "lapsed": clock.lapsed,
    "information_requested": asking.information_requested,
    "answered": asking.answered,
    "answer_rejected": asking.answer_rejected,
    "answer_extended": asking.answer_extended,
    "request_withdrawn": asking.request_withdrawn,
    "request_overdue": asking.request_overdue,
    "finding_recorded": looking.finding_recorded,
    "finding_shared": looking.finding_shared,
    "document_attached": document.document_attached,
    "document_shared": document.document_shared,
    "document_destroyed": document.document_destroyed,
    "recommended": looking.recommended,
    "cleared": looking.cleared,
    "concerns_raised": looking.concerns_raised,
    "released": release.released,
    "released_in_breach": release.released_in_breach,
    "release_advanced": release.release_advanced,
    "access_granted": release.access_granted,
    "access_ended": release.access_ended,
    "access_revoked": release.access_revoked,
    "agreement_opened": programme.agreement_opened,
    "agreement_signed_by_one_side": programme.agreement_signed_by_one_side,
    "agreement_signed": programme.agreement_signed,
    "agreement_amended": programme.agreement_amended,
    "agreement_ended": programme.agreement_ended,
    "agreement_declined": programme.agreement_declined,
    "coverage_asked": programme.coverage_asked,
    "coverage_decided": programme.coverage_decided,
    "partner_proposed": programme.partner_proposed,
    "partner_agreed": programme.partner_agreed,
    "partner_refused": programme.partner_refused,
    "halt_ordered": order.halt_ordered,
    "halt_implemented": order.halt_implemented,
    "halt_narrowed": order.halt_narrowed,
    "halt_lifted": order.halt_lifted,
    "model_restored": order.model_restored,
    "commitment_proposed": order.commitment_proposed,
    "commitment_agreed": order.commitment_agreed,
    "commitment_met": order.commitment_met,
    "commitment_missed": order.commitment_missed,
    "commitment_waived": order.commitment_waived,
    "commitment_replaced": order.commitment_replaced,
    "channel_added": contact.channel_added,
    "channel_removed": contact.channel_removed,
    "channel_enabled": contact.channel_enabled,
    "channel_disabled": contact.channel_disabled,
    "preferences_changed": contact.preferences_changed,
    "way_in_changed": way_in.changed,
    CHECKED: notices.unrecommended,
    MENDED: notices.mended,
    APPROACHING: notices.approaching,
    REACHED: notices.reached,
    MISSED: notices.missed,
}
DISPROVED = {
    "lapsed": "The lapse",
    "request_overdue": "The record that an information request was overdue",
    "access_ended": "The record that access had ended",
    "toll_ended": "The record that tolling had ended",
    "commitment_missed": "The record that the commitment was missed",
}
AGENCY_ONLY = frozenset({"assigned", "unassigned", "recommended", CHECKED})  # no text of these for a lab, whoever asks


def tell(m: Matter) -> Telling:
    """The event in words for its reader; ValueError where it is not for the reader's side."""
    name = m.row["name"]
    if m.is_lab and name.removesuffix(RESCINDED) in AGENCY_ONLY:
        raise ValueError(f"{name} of {m.ref} is internal to the agency and is not told to {m.person.ref}")
    if name.endswith(RESCINDED):
        return _rescinded(m, name.removesuffix(RESCINDED))
    return TELLINGS.get(name, _recorded)(m)


def _rescinded(m: Matter, name: str) -> Telling:
    what = DISPROVED.get(name, f"The entry {words(name)!r}")
    window = m.live("window")
    entry = m.get("rescinds")
    return Telling(
        f"{what} is rescinded",
        (
            (
                "An earlier entry of this record was disproved and no longer holds. It stays in the journal, as does "
                "this one. What hangs on it was computed again, and the state below is the one that holds."
            ),
        ),
        (
            ("Entry", f"{entry} ({words(name)})" if entry else words(name)),
            ("Disproved by", _disproof(m)),
            ("Recorded", m.at(m.row["recorded_at"])),
            ("State now", words(m.subject.state)),
            *m.ends(window),
        ),
        steps=(m.show(),),
        rank=1,
    )


def _disproof(m: Matter) -> str:
    reason = str(m.get("reason", ""))
    return "a fact that took effect earlier and was recorded later" if "dated earlier" in reason else reason


def _recorded(m: Matter) -> Telling:
    kind = words(m.subject.kind.value)
    return Telling(
        words(m.row["name"]).capitalize(),
        (f"This was recorded on the {kind}. What it says stands on record.",),
        (("Took effect", m.at(m.effective_at)),),
        steps=(m.show(),),
    )
