"""The command line: `registry`. Commands are imported when they are called, so that `--help` is quick."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import click

from registry import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = {
    "init": "registry.cli.setup:init",
    "serve": "registry.cli.setup:serve",
    "import": "registry.cli.lists:import_",
    "import-texts": "registry.cli.texts:import_texts_command",
    "documents": "registry.cli.documents:documents",
    "export": "registry.cli.lists:export",
    "exports": "registry.cli.exports:exports",
    "verify": "registry.cli.exports:verify_",
    "search": "registry.cli.lists:search",
    "completeness": "registry.cli.reports:completeness",
    "dossier": "registry.cli.reports:dossier",
    "index": "registry.cli.index:index",
    "audit": "registry.cli.audit:audit",
    "remind": "registry.cli.remind:remind_command",
    "mail": "registry.cli.mail:mail",
    "users": "registry.cli.users:users",
    "bodies": "registry.cli.bodies:bodies",
    "numbers": "registry.cli.numbers:numbers",
    "tokens": "registry.cli.tokens:tokens",
    "db": "registry.cli.setup:db",
}


class _Lazy(click.Group):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which a new user needs them."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def main(self, args: Sequence[str] | None = None, **extra: object) -> object:  # type: ignore[override]
        """Run a command; an error that a user can mend is one line and exit code 1."""
        from registry.core.errors import RegistryError  # noqa: PLC0415  See the docstring of the package.

        try:
            return super().main(args, **extra)  # type: ignore[call-overload]
        except RegistryError as error:
            click.secho(f"error: {error}", fg="red", err=True)
            raise SystemExit(1) from error


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="registry")
def main() -> None:
    """Treaty registry: serve, search, import and export agreements."""
