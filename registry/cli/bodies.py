"""`registry bodies add|rename|list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from marshmallow import ValidationError

from registry.agreements.bodies import add_body, rename_body
from registry.cli.opening import opened
from registry.core.errors import InvalidInputError
from registry.core.messages import flatten
from registry.core.schemas import LANGUAGES
from registry.parties.models import BodyKind
from registry.parties.queries import bodies_of
from registry.parties.schemas import AddBodySchema, RenameBodySchema

if TYPE_CHECKING:
    from registry.core.schemas import BaseSchema

_ACTOR = "command line"
_NAME = click.option(
    "--name",
    "names",
    multiple=True,
    required=True,
    metavar="LANGUAGE=NAME",
    help='Its name in a language, such as en="Ministry of Justice of the Republic of Kazakhstan"; once for each.',
)


@click.group()
def bodies() -> None:
    """Look after the bodies of parties: governments, ministries, agencies."""


@bodies.command("list")
@click.option("--party", help="Of this party only, such as KAZ.")
def list_(party: str | None) -> None:
    """List the bodies: key, party, kind, until when, successor, name."""
    with opened() as registry, registry.database.read() as session:
        for body in bodies_of(session, party):
            until = f"until {body.valid_until}" if body.valid_until else "-"
            after = body.successor.key if body.successor else "-"
            name = body.names.get("en") or next(iter(body.names.values()))
            click.echo(f"{body.key:44} {body.party.code:4} {body.kind:14} {until:16} {after:36} {name}")


@bodies.command()
@click.argument("key")
@click.option("--party", required=True, help="The code of its party, such as KAZ.")
@click.option("--kind", required=True, type=click.Choice([str(kind) for kind in BodyKind]))
@_NAME
@click.option("--valid-from", help="Since when it is there: YYYY, YYYY-MM or YYYY-MM-DD.")
@click.option("--predecessor", help="The key of the body in whose place it comes.")
def add(key: str, party: str, kind: str, names: tuple[str, ...], **more: str | None) -> None:
    """Add the body KEY, such as kaz-ministry-of-justice."""
    given = {"key": key, "party": party, "kind": kind, "names": _names(names), **more}
    command = _loaded(AddBodySchema(), {name: value for name, value in given.items() if value is not None})
    with opened() as registry:
        try:
            with registry.database.write(_ACTOR) as uow:
                add_body(uow, command)
        except InvalidInputError as error:
            raise _usage(error.errors) from error
    click.secho(f"added {key}", fg="green")


@bodies.command()
@click.argument("key")
@_NAME
def rename(key: str, names: tuple[str, ...]) -> None:
    """Mend the names of the body KEY: all its names, in each language. What it was called goes on finding it.

    A ministry that was renamed by law is another body: add it with the old one as its predecessor.
    """
    command = _loaded(RenameBodySchema(), {"names": _names(names)})
    with opened() as registry:
        with registry.database.write(_ACTOR) as uow:
            rename_body(uow, key, command)
        click.secho(f"the names of {key} are as given now", fg="green")


def _names(given: tuple[str, ...]) -> dict[str, str]:
    names = {}
    for item in given:
        language, found, name = item.partition("=")
        if not found or language not in LANGUAGES:
            message = f"Write a name as LANGUAGE=NAME, with one of: {', '.join(LANGUAGES)}."
            raise click.UsageError(message)
        names[language] = name
    return names


def _loaded(schema: BaseSchema, given: dict[str, Any]) -> Any:
    try:
        return schema.load(given)
    except ValidationError as error:
        raise _usage(error.messages) from error


def _usage(errors: Any) -> click.UsageError:
    lines = "\n".join(f"  {path}: {message}" for path, message in flatten(errors, str))
    return click.UsageError(f"This cannot be done.\n{lines}")
