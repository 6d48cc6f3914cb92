"""Sources as a reader follows them: addresses, the Federal Register and the Code of Federal Regulations as links."""

import re
from datetime import datetime

from markupsafe import Markup, escape

from reviewflow.web.writing import at_clock, on_day

_CITED = re.compile(
    r"(?P<url>https?://[^\s;,)]+)|(?P<fr>\b(?P<volume>\d{1,3}) FR (?P<page>\d{1,6})\b)"
    r"|(?P<cfr>\b(?P<title>\d{1,2}) CFR (?P<section>\d{1,4}\.\d{1,4}))"
)
_FR = "https://www.federalregister.gov/citation/{volume}-FR-{page}"
_CFR = "https://www.ecfr.gov/current/title-{title}/section-{section}"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def sourced(text: str | None) -> Markup:
    """A source with what in it has an address as a link."""
    found, end = Markup(), 0
    for cited in _CITED.finditer(text or ""):
        found += escape((text or "")[end : cited.start()]) + _link(cited)
        end = cited.end()
    return found + escape((text or "")[end:])


def _link(cited: re.Match[str]) -> Markup:
    parts = cited.groupdict()
    form = _FR if parts["fr"] else _CFR
    address = parts["url"] or form.format(**parts)
    return Markup('<a href="{}" rel="external noreferrer">{}</a>').format(address, cited[0])


def told_at(at: str | None, zone: str, now: str | datetime | None = None) -> Markup:
    """When it was, as precisely as it is known: an instant, a day, or the words of the source."""
    if at is None:
        return Markup("–")
    if _DAY.fullmatch(at):
        return on_day(at)
    return at_clock(at, zone, now) if _DAY.match(at) else escape(at)
