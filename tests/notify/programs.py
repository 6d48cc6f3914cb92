"""What calendar programs make of a file: the parsers of two of them, icalendar and, where Node is, ical.js."""

import json
import subprocess
from pathlib import Path
from typing import Any

from icalendar import Calendar

from tests.notify import node

PACKAGE = "ical.js@2.2.1"
READ = """
const ICAL = (await import(process.argv[1])).default;
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const file = new ICAL.Component(ICAL.parse(Buffer.concat(chunks).toString("utf8")));
const text = (part, name) => part.getFirstPropertyValue(name)?.toString();
const seconds = time => time.toUnixTime();
const events = file.getAllSubcomponents("vevent").map(part => {
  const event = new ICAL.Event(part);
  return {
    uid: event.uid, sequence: event.sequence, summary: event.summary, description: event.description,
    at: seconds(event.startDate), ends: seconds(event.endDate), status: text(part, "status"),
    changed: seconds(part.getFirstPropertyValue("last-modified")),
    stamp: seconds(part.getFirstPropertyValue("dtstamp")),
    alarms: part.getAllSubcomponents("valarm").map(alarm => seconds(alarm.getFirstPropertyValue("trigger"))),
    other: [text(part, "class"), text(part, "transp")],
  };
});
const refresh = file.getFirstPropertyValue("refresh-interval").toSeconds();
console.log(JSON.stringify({name: text(file, "x-wr-calname"), method: text(file, "method") ?? null, refresh, events}));
"""


def read(text: bytes) -> dict[str, Any]:
    """The file as both parsers understand it; they are made to agree."""
    found = _by_icalendar(text)
    if (place := node.module(PACKAGE, "ical.js/dist/ical.js")) is not None:
        assert _by_ical_js(place, text) == found
    return found


def _by_icalendar(text: bytes) -> dict[str, Any]:
    file = Calendar.from_ical(text)
    assert not file.errors
    return {
        "name": str(file["x-wr-calname"]),
        "method": file.get("method"),
        "refresh": int(file.decoded("refresh-interval").total_seconds()),
        "events": [_event(event) for event in file.walk("VEVENT")],
    }


def _event(event: Any) -> dict[str, Any]:
    assert not event.errors
    at = event.start.timestamp()
    return {
        "uid": str(event["uid"]),
        "sequence": int(event["sequence"]),
        "summary": str(event["summary"]),
        "description": str(event["description"]),
        "at": at,
        "ends": event.end.timestamp(),
        "status": str(event["status"]),
        "changed": event.decoded("last-modified").timestamp(),
        "stamp": event.decoded("dtstamp").timestamp(),
        "alarms": [alarm.decoded("trigger").timestamp() for alarm in event.walk("VALARM")],
        "other": [str(event["class"]), str(event["transp"])],
    }


def _by_ical_js(place: Path, text: bytes) -> dict[str, Any]:
    line = ["node", "--input-type=module", "--eval", READ, place.as_uri()]
    done = subprocess.run(line, input=text, capture_output=True, timeout=node.WITHIN, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found
