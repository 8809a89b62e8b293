"""`registry index sync|rebuild|verify`."""

from __future__ import annotations

import sys

import click

from registry.cli.progress import progress_bar
from registry.config import load_settings
from registry.runtime import open_registry
from registry.search.engine.errors import IndexUnreadableError


@click.group()
def index() -> None:
    """Look after the search index. It heals itself; these commands do it now and say what they found."""


@index.command()
def sync() -> None:
    """Apply the changes of the database that the index lacks."""
    registry = open_registry(load_settings())
    click.echo(f"search index: {registry.index.ensure()}")
    registry.close()


@index.command()
@click.option(
    "--processes", type=click.IntRange(1), help="Cores to use; all of them for a large registry when not given."
)
def rebuild(processes: int | None) -> None:
    """Build the index anew beside the live one, then switch."""
    registry = open_registry(load_settings())
    with progress_bar("building the index") as progress:
        count = registry.index.rebuild(progress, processes)
    click.echo(f"the index holds {count} agreements")
    registry.close()


@index.command()
@click.option("--mend", is_flag=True, help="Index anew what differs.")
def verify(*, mend: bool) -> None:
    """Compare every record of the index with the database. Exit code 1 when they differ and nothing was mended."""
    registry = open_registry(load_settings())
    try:
        drift = registry.index.verify()
    except IndexUnreadableError as error:
        click.secho(f"the index cannot be read: {error}", fg="red", err=True)
        if not mend:
            click.echo("run with --mend, or `registry index rebuild`", err=True)
            sys.exit(1)
        with progress_bar("building the index") as progress:
            registry.index.rebuild(progress)
        drift = registry.index.verify()
    for name in ("missing", "stale", "twins", "ghosts"):
        keys = getattr(drift, name)
        if keys:
            click.echo(f"{name}: {len(keys)}")
    if not drift.keys():
        click.secho("the index and the database agree", fg="green")
    elif mend:
        registry.index.mend(drift)
        click.secho(f"mended {len(drift.keys())} records", fg="green")
    else:
        click.secho("they differ; run with --mend, or `registry index rebuild`", fg="red", err=True)
        sys.exit(1)
    registry.close()
