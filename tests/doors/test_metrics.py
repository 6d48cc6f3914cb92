"""`reviewflow metrics` and `reviewflow reconcile`: what the person on call and a monitor read."""

import contextlib
import sqlite3

from prometheus_client.parser import text_string_to_metric_families

from reviewflow.engine import metrics as engine_metrics
from tests.stories.world import Desk

LABELS = {"bucket", "status", "result", "state"}


def test_metrics_as_text_and_as_json(desk: Desk) -> None:
    """The same figures in both forms; every family says what it is, and no label names a lab, a review or a person."""
    said = desk.line("metrics")
    assert (said.code, said.err) == (0, "")
    families = list(text_string_to_metric_families(said.out))
    assert len(families) >= 11
    for family in families:
        assert family.name.startswith("reviewflow_")
        assert family.documentation.endswith(".")
        assert family.type in ("gauge", "counter")
        assert {label for sample in family.samples for label in sample.labels} <= LABELS
        assert family.type == "counter" or not family.name.endswith("_total")
    read = {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}
    found = desk(None, "metrics")["metrics"]
    flat = {(n, *([] if k is None else [k])): v for n, m in found.items() for k, v in entries(m)}
    assert read == flat
    assert found["reviewflow_deliveries_total"]["sent"] > 0
    assert set(found["reviewflow_workers"].values()) == {0}  # ticks are no workers, and do not fall silent
    assert found["reviewflow_tick_age_seconds"] == 0


def entries(values: object) -> list[tuple[str | None, float]]:
    """A metric's values by label, None where it has none."""
    if isinstance(values, dict):
        return list(values.items())
    assert isinstance(values, int | float)
    return [(None, values)]


def test_overdue_shows(desk: Desk) -> None:
    """Before the tick the figures say how late it is; after it nothing is."""
    late = desk.line("metrics", None, "10-20 12:00", "--json").json["metrics"]
    assert sum(late["reviewflow_overdue_deadlines"].values()) > 0
    assert late["reviewflow_oldest_unraised_deadline_seconds"] > 3600
    desk.tick("10-20 12:00")
    found = desk(None, "metrics")["metrics"]
    assert set(found["reviewflow_overdue_deadlines"].values()) == {0}
    assert found["reviewflow_oldest_unraised_deadline_seconds"] == 0


def test_every_result_is_counted() -> None:
    """What a delivery pass may answer is what is shown, or has a metric of its own."""
    from reviewflow.engine.deliver import Delivered

    apart = {"released", "stolen", "refused"}
    assert set(Delivered().counts()) == {*engine_metrics.RESULTS, *apart}


def test_reconcile_finds_mends_and_says_so(desk: Desk) -> None:
    """Exit 1 with both values while something differs; mended, the record says so to both sides, and it is whole."""
    assert "no deadlines differ" in desk.line("reconcile").out
    damage(desk, "UPDATE deadline SET due_at = '2027-01-01T00:00:00.000000Z' WHERE kind = 'window' AND status = 'open'")
    before = desk.digest()
    said = desk.line("reconcile")
    assert said.code == 1
    assert f"{desk.refs['r']}: the window deadline (row" in said.out
    assert "due_at 2027-01-01T00:00:00Z, owed 2026-" in said.out
    assert "reconcile --mend" in said.out
    found = desk.line("reconcile", None, None, "--json").json
    assert [(each["ref"], each["what"]) for each in found["differences"]] == [(desk.refs["r"], "different")]
    assert desk.digest() == before
    assert desk.line("verify").code == 1

    mended = desk.line("reconcile --mend")
    assert (mended.code, "1 subject mended" in mended.out) == (0, True)
    assert desk.line("reconcile").code == 0
    desk.is_whole()
    for who in ("one", "decider"):
        assert "set right" in desk.line("review timeline {r}", who).out


def damage(desk: Desk, statement: str) -> None:
    """A raw statement, past the engine."""
    with contextlib.closing(sqlite3.connect(desk.file)) as raw, raw:
        assert raw.execute(statement).rowcount == 1
