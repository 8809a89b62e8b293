"""`registry numbers list|void`."""

from __future__ import annotations

import re

import click

from registry.agreements.numbers import unexplained_gaps, void_number, void_numbers
from registry.agreements.schemas import REGISTRY_NUMBER
from registry.cli.opening import opened

_MOST = 1000


@click.group()
def numbers() -> None:
    """Account for registry numbers that no agreement has."""


@numbers.command("list")
def list_() -> None:
    """List the numbers that no agreement has, with the reason; exit code 1 when one of them lacks it."""
    with opened() as registry:
        with registry.database.read() as session:
            for void in void_numbers(session):
                click.echo(f"{void.registry_number:14} {void.voided_at:%Y-%m-%d} {void.voided_by}: {void.reason}")
            gaps = unexplained_gaps(session)
        for number in gaps:
            click.echo(f"{number:14} not explained")
    if gaps:
        raise SystemExit(1)


@numbers.command()
@click.argument("number")
@click.argument("reason")
def void(number: str, reason: str) -> None:
    """Say for which REASON no agreement has NUMBER. It is never given then, and the reason stays."""
    if not re.fullmatch(REGISTRY_NUMBER, number) or not reason.strip() or len(reason) > _MOST:
        raise click.UsageError("Write a number such as BLR-1996-003, and a reason of at most 1000 characters.")
    with opened() as registry:
        with registry.database.write("command line") as uow:
            void_number(uow, number, reason.strip())
        click.secho(f"{number} is explained", fg="green")
