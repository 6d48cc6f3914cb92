"""What a view is: a name, a path, what may be asked of it, and the function that answers with a document."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reviewflow.nouns.commands.form import arg
from reviewflow.views.look import Document


@dataclass(frozen=True)
class View:
    """One way to look, from which every door's own is generated.

    `path` is that of the HTTP API, below its version; what stands in it in braces, and what else may be asked, are the
    fields of `asked`, a frozen dataclass whose fields are made with `nouns.commands.form.arg`. `show` takes the look
    and one of these, and answers with a document; one that needs no database takes the settings instead of the look.
    `items` names the list in the document that is cut into pages. `note` writes down that a person was shown it: it
    takes a connection, and by name the document, the person and at what instant. Of one that `is_confidential` it is on
    record who of an agency was shown it, before he is.
    """

    name: str
    path: str
    show: Callable[[Any, Any], Document]
    asked: type
    help: str
    items: str | None = None
    needs_database: bool = True
    note: Callable[..., object] | None = None
    is_confidential: bool = False


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """Nothing can be asked."""


@dataclass(frozen=True, kw_only=True)
class One:
    """Which one is asked for."""

    ref: str = arg("the reference", place=True)
