"""`reviewflow metrics`: what is late, what waits and what was done, as Prometheus text or JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from reviewflow.cli.lazy import command_of
from reviewflow.cli.page import Page, present
from reviewflow.cli.session import Session

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics(ctx: typer.Context) -> None:
    """Print metrics as Prometheus text: what is overdue, ages of the last tick and of the outbox, deliveries, workers.

    `reviewflow run --metrics-port` serves the same.
    """
    session: Session = ctx.obj
    present(session, session.operate("metrics"), print_metrics)


def print_metrics(page: Page) -> None:
    """Prometheus text on standard output."""
    typer.echo(text(page.document), nl=False)


def text(figures: Mapping[str, Any]) -> str:
    """Prometheus text of what the view says."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class Found(Collector):
        def collect(self) -> Iterator[Any]:
            return (_family(figures, name) for name in figures["metrics"])

    registry = CollectorRegistry()
    registry.register(Found())
    return generate_latest(registry).decode()


def _family(figures: Mapping[str, Any], name: str) -> Any:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
    label, values = figures["labels"].get(name), figures["metrics"][name]
    family = kind(name, figures["help"][name], labels=[label] if label else [])
    for value, number in (values if label else {"": values}).items():
        family.add_metric([value] if label else [], number)
    return family


def command(name: str) -> Any:
    """The command, by its name."""
    return command_of(metrics, name)
