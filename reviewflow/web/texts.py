"""What people wrote, on pages: a long text shows its beginning, and the rest of it one press away or on paper."""

from markupsafe import Markup, escape

SHOWN, OF_EVENT = 1200, 300  # characters that are seen at once: of a text, and of an event that tells of one
_FOLDED = Markup(
    '<details class="rest"><summary>The rest <span class="muted">({} more characters)</span></summary>'
    '<div class="prose">{}</div></details>'
)
_ENDS = ("\n\n", "\n", ". ", " ")  # where a beginning may end, the best first


def paragraphs(text: str | None) -> Markup:
    """What somebody wrote, whole, in his paragraphs and lines."""
    parts = [part for part in (text or "").replace("\r\n", "\n").split("\n\n") if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(_lines(part)) for part in parts)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.strip().split("\n"))


def parted(text: str | None, shown: int = SHOWN) -> tuple[str, str]:
    """The beginning of a long text, and the rest; all of it and nothing where that is not half as much again."""
    whole = (text or "").replace("\r\n", "\n").strip()
    if len(whole) <= shown * 3 // 2:
        return whole, ""
    places = (whole.rfind(end, shown // 2, shown) + len(end) for end in _ENDS if end in whole[shown // 2 : shown])
    place = next(places, shown)
    return whole[:place], whole[place:]


def folded(text: str | None) -> Markup:
    """In paragraphs, the rest of a long text behind a press."""
    first, rest = parted(text)
    return paragraphs(first) + _fold(paragraphs(rest), rest)


def beginning(text: str | None, shown: int = SHOWN) -> str:
    """Within a line; `rest_of` goes where the line is over."""
    first, rest = parted(text, shown)
    return f"{first.rstrip()} …" if rest else first


def rest_of(text: str | None, shown: int = SHOWN) -> Markup:
    """What `beginning` leaves out; nothing of a text that is not long."""
    rest = parted(text, shown)[1]
    return _fold(paragraphs(rest), rest)


def rest_of_event(says: str) -> Markup:
    """What `sentence` leaves out of what an event says."""
    return rest_of(says, OF_EVENT)


def _fold(shown: Markup, rest: str) -> Markup:
    if not rest:
        return Markup("")
    return _FOLDED.format(f"{len(rest):,}", shown)
