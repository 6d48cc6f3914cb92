"""`reviewflow metrics`: what is late, what waits and what was done, as Prometheus text or JSON."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer

from reviewflow.cli.lazy import command_of
from reviewflow.cli.session import Session

if TYPE_CHECKING:
    from reviewflow.engine.metrics import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics(ctx: typer.Context) -> None:
    """Print metrics as Prometheus text: what is overdue, ages of the last tick and of the outbox, deliveries, workers.

    `reviewflow run --metrics-port` serves the same.
    """
    import json

    from reviewflow.engine.metrics import metrics as measured

    session: Session = ctx.obj
    is_simulation, now = session.app.is_simulation, session.now
    found = measured(session.app.engine, session.app.settings, now)
    if session.json:
        values = {m.name: dict(m.values) if m.label else m.values[""] for m in found}
        typer.echo(json.dumps({"now": now.isoformat(), "metrics": values, "is_simulation": is_simulation}, indent=2))
    else:
        typer.echo(text(found), nl=False)


def text(found: Sequence["Metric"]) -> str:
    """Prometheus text."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class Found(Collector):
        def collect(self) -> Iterator[Any]:
            return map(_family, found)

    registry = CollectorRegistry()
    registry.register(Found())
    return generate_latest(registry).decode()


def _family(metric: "Metric") -> Any:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    kind = CounterMetricFamily if metric.name.endswith("_total") else GaugeMetricFamily
    family = kind(metric.name, metric.help, labels=[metric.label] if metric.label else [])
    for value, number in metric.values.items():
        family.add_metric([value] if metric.label else [], number)
    return family


def command(name: str) -> Any:
    """The command, by its name."""
    return command_of(metrics, name)
