"""What each event says, in plain words for a timeline."""

from collections.abc import Callable
from typing import Any

from reviewflow.nouns.events import RESCINDED
from reviewflow.nouns.plural import plural
from reviewflow.views.reminded import approaching, missed, on_day, reached

Data = dict[str, Any]
Say = str | Callable[[Data], str]


def happened(name: str, data: Data) -> str:
    """One sentence without its full stop; an event without words of its own is named."""
    if name.endswith(RESCINDED):
        return f"{_words(name.removesuffix(RESCINDED))} rescinded: {data.get('reason', '')}"
    say = SAYS.get(name)
    if say is None:
        return _words(name)
    return say(data) if callable(say) else say.format_map(_Known(data))


class _Known(dict[str, Any]):
    """Values as words, days as they are read; what an event does not say is left empty."""

    def __getitem__(self, key: str) -> Any:
        value = self.get(key, "")
        return on_day(value) if key in ("answer_due_on", "last_day_on", "until", "since") else value


def _words(value: Any) -> str:
    return str(value).replace("_", " ")


def _part(data: Data) -> str:
    number = f" {data['part_no']}" if data.get("part_no") else ""
    return f"{_words(data['kind'])}{number}"


def _checked(data: Data) -> str:
    told = f"; told: {', '.join(data['tell'])}" if data["tell"] else ""
    return f"{'a recommendation is there' if data['is_recommended'] else 'nobody has recommended yet'}{told}"


def _wishes(data: Data) -> str:
    said = {key: ", ".join(value) if isinstance(value, list) else value for key, value in data.items()}
    return "; ".join(f"{_words(key)} {_words(value)}" for key, value in said.items())


def _mended(data: Data) -> str:
    which = list(dict.fromkeys(_part(each) for each in data["mended"]))
    if len(data["mended"]) == 1:
        return f"the {which[0]} deadline was not as the record owes and is set right"
    return f"{len(data['mended'])} deadlines were not as the record owes and are set right: {', '.join(which)}"


def _started(data: Data) -> str:
    early = ", since access was given early" if data.get("early_access") else ""
    first = f"day 1 {on_day(data['day_1_on'])}, " if data.get("day_1_on") else ""
    return f"the clock started{early}: {first}last day {on_day(data.get('last_day_on'))}"


def _submitted(data: Data) -> str:
    due = on_day(data.get("intake_due_on"))
    return f"submitted, to be checked by {due}" if due else "submitted"


def _found(data: Data) -> str:
    return f"finding {data['finding']}, {data['severity']}, {_words(data['domain'])}: {data['title']}"


def _model_released(data: Data) -> str:
    scope = f": {data['scope']}" if data.get("scope") else ""
    return f"{_words(data['stage'])} release{scope}"


def _planned(data: Data) -> str:
    moved = f", before {on_day(data['before'])}" if data.get("before") else ""
    last = f"; the window's last day is now {on_day(data['last_day_on'])}" if data.get("last_day_on") else ""
    return f"release planned: {_words(data['stage'])} on {on_day(data['on'])}{moved}{last}"


def _asked(data: Data) -> str:
    due = f", due {on_day(data['answer_due_on'])}" if data.get("answer_due_on") else ""
    return f"information request {data['request']}{due}: {data['text']}"


def _answered(data: Data) -> str:
    return f"request {data['request']} answered{' late' if data.get('is_late') else ''}: {data.get('text', '')}"


def _determined(data: Data) -> str:
    late = "" if data.get("is_on_time") else " (late)"
    return f"determination {data.get('outcome', '')}{late}: {data.get('text', '')}"


def _released(data: Data) -> str:
    said = ", ".join(data.get("acknowledged") or ()).replace("-", " ")
    known = f"; acknowledged: {said}" if said else ""
    stage = _words(data.get("stage", "general"))
    return f"released ({stage}), preceded by {data.get('preceded_by', 'nothing')}{known}"


def _ran_on(data: Data) -> str:
    cause, last = _words(data.get("cause", "")), on_day(data.get("last_day_on"))
    return f"the clock runs on ({cause}); last day {last}" if last else f"a cause ended ({cause}); the clock stands on"


def _corrected(data: Data) -> str:
    before = (data.get("before") or {}).get("last_day_on")
    moved = f", before {on_day(before)}" if before else ""
    return f"the window is corrected: last day {on_day(data.get('last_day_on'))}{moved}: {data.get('reason', '')}"


def _ordered(data: Data) -> str:
    return f"halt ordered for {plural(len(data.get('models', ())), 'model')}: {data.get('scope', '')}"


def _document(d: Data, verb: str) -> str:
    return f"document {d['document']} {verb}: {d['name']}, {plural(d['size'], 'byte')}, SHA-256 {d['digest']}"


def _access(verb: str) -> Callable[[Data], str]:
    def say(data: Data) -> str:
        until = f", until {on_day(data['until_on'])}" if data.get("until_on") else ""
        why = f": {data['reason']}" if data.get("reason") else ""
        whom = data.get("to") or data.get("grantee", "")
        return f"access {data.get('grant', '')} {verb} {whom}{until}{why}"

    return say


SAYS: dict[str, Say] = {
    "deadline_approaching": approaching,
    "deadline_reached": reached,
    "deadline_missed": missed,
    "deadlines_mended": _mended,
    "opened": "opened under {policy}",
    "item_supplied": lambda data: f"{_words(data['item'])} supplied",
    "submitted": _submitted,
    "returned": "returned: {reason}",
    "assigned": "{person} assigned",
    "unassigned": "{person} no longer assigned",
    "clock_started": _started,
    "start_corrected": _corrected,
    "window_recomputed": _corrected,
    "information_requested": _asked,
    "answered": _answered,
    "answer_rejected": "answer {request} rejected, due {answer_due_on}: {reason}",
    "answer_extended": "request {request} may be answered until {until}",
    "request_withdrawn": "request {request} withdrawn",
    "request_overdue": "request {request} is overdue; an answer is still welcome",
    "toll_started": lambda d: f"the clock stands ({_words(d['cause'])}): {d.get('reason', '')}",
    "toll_ended": _ran_on,
    "extended": "extended by {by}: {reason}",
    "lapsed": "lapsed: the window ended on {last_day_on} with no determination; never an approval",
    "finding_recorded": _found,
    "finding_shared": "finding {finding} shared: {title}",
    "note_added": "note: {text}",
    "document_attached": lambda d: _document(d, "attached"),
    "document_shared": lambda d: _document(d, "shared"),
    "document_destroyed": "document {document} destroyed ({name}): {reason}",
    "recommended": "recommends {outcome}: {text}",
    "recommendation_considered": "recommendation {recommendation} ({outcome}) is considered",
    "cleared": _determined,
    "concerns_raised": _determined,
    "release_planned": _planned,
    "access_granted": _access("given to"),
    "access_ended": _access("ended,"),
    "access_revoked": _access("revoked,"),
    "withdrawn": "withdrawn: {reason}",
    "released": _released,
    "released_in_breach": lambda data: f"{_released(data)}; in breach of the policy",
    "release_advanced": lambda d: f"release advanced to {_words(d['stage'])}",
    "organization_renamed": "renamed to {name}, from {since}",
    "model_registered": "registered: {name}",
    "release_recorded": _model_released,
    "holder_added": "holder of a copy: {name}",
    "agreement_amended": "amended: {text}",
    "agreement_ended": "ended: {reason}",
    "agreement_declined": "ended without an agreement: {reason}",
    "channel_added": "told on {name} from now on",
    "channel_removed": "told on {name} no more",
    "channel_enabled": "told on {name} again",
    "channel_disabled": "{name} carries nothing any more: {reason}",
    "preferences_changed": lambda d: f"told otherwise: {_wishes(d)}",
    "way_in_changed": lambda d: f"{_words(d['change'])} by {d['made_by']} {d.get('fingerprint', '')}".rstrip(),
    "recommendation_checked": _checked,
    "coverage_decided": lambda d: f"{_words(d['outcome'])}; filed as {d.get('pointer', '')}",
    "halt_ordered": _ordered,
    "halt_implemented": "implemented: {scope}",
    "halt_narrowed": "narrowed: {scope}",
    "halt_lifted": "lifted; lifted is not restored",
    "model_restored": "{model} is served again: {scope}",
    "commitment_met": "met: {text}",
    "commitment_waived": "waived: {reason}",
    "commitment_replaced": "replaced: {reason}",
    "partner_refused": "refused: {reason}",
}
