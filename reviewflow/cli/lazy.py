"""Commands that are imported when they are run, so that `--help` and `tick` start fast."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from reviewflow.cli.examples import examples


class LazyCommand(TyperCommand):
    """Stands for a command or group in another module: its name and help are known, the rest is loaded on use."""

    def __init__(self, name: str, help: str, place: str) -> None:
        super().__init__(name, callback=None, params=[], help=help, rich_markup_mode=None, rich_help_panel=None)
        self._place = place

    def load(self) -> Any:
        """The real command, from "module:function", where the function takes its name."""
        module, _, function = self._place.partition(":")
        return getattr(import_module(module), function)(self.name)

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        """The context of the real command."""
        return self.load().make_context(info_name, args, parent=parent, **extra)


def lazy_group(places: Mapping[str, tuple[str, str, str]]) -> type[TyperGroup]:
    """A root group whose commands are (panel, help, place) by name."""

    class LazyGroup(TyperGroup):
        """The verbs and subjects of the command line."""

        def list_commands(self, ctx: Any) -> list[str]:
            """In the order of the table."""
            return list(places)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            """A stand-in; None where there is no such command."""
            if cmd_name not in places:
                return None
            _, help, place = places[cmd_name]
            return LazyCommand(cmd_name, help, place)

        def format_commands(self, ctx: Any, formatter: Any) -> None:
            """Under their panels."""
            for panel in dict.fromkeys(panel for panel, _, _ in places.values()):
                with formatter.section(panel):
                    formatter.write_dl([(name, help) for name, (own, help, _) in places.items() if own == panel])

    return LazyGroup


def group_of(commands: Mapping[str, Any], name: str, help: str) -> Any:
    """A real group of commands, from functions by verb."""
    app = typer.Typer(name=name, help=help, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    for verb, function in commands.items():
        app.command(verb, epilog=examples(f"{name} {verb}"))(function)
    app.callback()(lambda: None)
    return typer.main.get_command(app)


def command_of(function: Any, name: str) -> Any:
    """A real single command."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, epilog=examples(name))(function)
    return typer.main.get_command(app)
