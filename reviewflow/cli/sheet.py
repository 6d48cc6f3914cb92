"""A quiet table that never wraps: columns that may shrink end in an ellipsis where the terminal is narrow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

Cell = str | Text
GAP = 2


@dataclass(frozen=True)
class Column:
    """`least` 0: the column keeps its width; else it may shrink to so many signs, in the `middle` where asked."""

    name: str
    least: int = 0
    right: bool = False
    middle: bool = False


def sheet(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, gap: int = GAP, indent: int = 0) -> None:
    """Print a table that fits the terminal; columns of which every cell is empty are left out."""
    from reviewflow.cli.paint import console

    out = console()
    is_plain = out.color_system is None  # ten thousand rows into a pipe shall not wait for styles
    read: Callable[[Cell], Cell] = _words if is_plain else _text
    cells = [[read(cell) for cell in row] for row in rows]
    kept = [n for n in range(len(columns)) if not columns[n].name or any(row[n] for row in cells)]
    columns, cells = [columns[n] for n in kept], [[row[n] for n in kept] for row in cells]
    names = [Text(column.name, style="bold") for column in columns]
    has_head = any(column.name for column in columns)
    everything = [[read(name) for name in names], *cells] if has_head else cells
    widths = fit(columns, everything, out.width - indent - gap * (len(columns) - 1))
    if is_plain:
        print("\n".join(_plain(columns, line, widths, gap, indent) for line in everything), file=out.file)
        return
    for line in everything:
        out.print(_line(columns, line, widths, gap, indent), soft_wrap=True)


def fit(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], room: int) -> list[int]:
    """Widths that together fit `room`: the widest column that may shrink gives way first."""
    widths = [max((_width(row[n]) for row in rows), default=0) for n in range(len(columns))]
    while sum(widths) > room:
        able = [n for n, column in enumerate(columns) if column.least and widths[n] > column.least]
        if not able:
            break
        widths[max(able, key=lambda n: widths[n])] -= 1
    return widths


def _width(cell: Cell) -> int:
    return cell.cell_len if isinstance(cell, Text) else cell_len(cell)


def _words(cell: Cell) -> str:
    """The same without styles."""
    return cell.plain if isinstance(cell, Text) else " ".join(cell.split())


def _text(cell: Cell) -> Text:
    """One line; what a terminal would choke on never gets here, since commands refuse control characters."""
    if isinstance(cell, Text):
        return cell
    return Text(" ".join(cell.split()))


def _line(columns: Sequence[Column], cells: Sequence[Cell], widths: Sequence[int], gap: int, indent: int) -> Text:
    line = Text(" " * indent)
    for column, cell, width in zip(columns, cells, widths, strict=True):
        piece = _shortened(_text(cell), width, middle=column.middle)
        blank = " " * (width - piece.cell_len)
        line.append_text(Text(blank) + piece if column.right else piece + Text(blank))
        line.append(" " * gap)
    line.rstrip()
    return line


def _plain(columns: Sequence[Column], cells: Sequence[Cell], widths: Sequence[int], gap: int, indent: int) -> str:
    pieces = []
    for column, cell, width in zip(columns, cells, widths, strict=True):
        found = str(cell)
        if (has := cell_len(found)) > width:
            short = _shortened(Text(found), width, middle=column.middle)
            found, has = short.plain, short.cell_len
        blank = " " * (width - has)
        pieces.append(f"{blank}{found}" if column.right else f"{found}{blank}")
    return (" " * indent + (" " * gap).join(pieces)).rstrip()


def _shortened(cell: Text, width: int, *, middle: bool) -> Text:
    """Names that begin alike differ at their ends, and so are shortened in the middle."""
    if not middle or cell.cell_len <= width:
        piece = cell.copy()
        piece.truncate(width, overflow="ellipsis")
        return piece
    head = width // 2
    return cell[:head] + Text("…") + cell[len(cell) - (width - head - 1) :]
