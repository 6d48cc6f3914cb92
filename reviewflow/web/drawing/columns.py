"""Horizontal bars, one a line with its label above it: places in per cent of the width, so that text keeps its size."""

from collections.abc import Sequence
from dataclasses import dataclass

LINE = 34  # pixels from one bar to the next
THICK = 10


@dataclass(frozen=True)
class Bar:
    """One bar; `at` is its top, `label_at` the line of its text, `width` in per cent; `value` as it is written."""

    label: str
    value: str
    width: str
    at: int
    label_at: int
    is_whole: bool


@dataclass(frozen=True)
class Bars:
    """A drawing as wide as there is room."""

    height: int
    thick: int
    bars: tuple[Bar, ...]

    @property
    def says(self) -> str:
        """The same in words."""
        return "; ".join(f"{bar.label}: {bar.value}" for bar in self.bars)


def columns(values: Sequence[tuple[str, float | None, str]], most: float, whole: str = "") -> Bars:
    """Bars for label, value and value in words; `most` is the value of a whole width, `whole` a label set apart."""
    bars = [
        Bar(label, said, per_cent(value or 0, most), place * LINE + 18, place * LINE + 12, label == whole)
        for place, (label, value, said) in enumerate(values)
    ]
    return Bars(len(bars) * LINE, THICK, tuple(bars))


def per_cent(value: float, most: float) -> str:
    """A share of a whole as SVG writes it; what is there at all can be seen."""
    share = min(100.0, 100 * value / most) if most else 0.0
    return f"{max(share, 0.8) if value else 0:.1f}%"
