"""What a view is: a name, a path, what may be asked of it, and the function that answers with a document."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reviewflow.views.look import Document, Look


@dataclass(frozen=True)
class View:
    """One way to look, from which every door's own is generated.

    `path` is that of the HTTP API, below its version; what stands in it in braces, and what else may be asked, are the
    fields of `asked`, a frozen dataclass whose fields are made with `nouns.commands.form.arg`. `show` takes the look
    and one of these, and answers with a document. `items` names the list in it that is cut into pages.
    """

    name: str
    path: str
    show: Callable[[Look, Any], Document]
    asked: type
    help: str
    items: str | None = None


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """Nothing can be asked."""
