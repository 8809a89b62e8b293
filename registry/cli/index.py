"""`registry index sync|rebuild|verify`."""

from __future__ import annotations

import sys

import click

from registry.cli.opening import opened
from registry.cli.progress import progress_bar
from registry.search.engine.errors import IndexUnreadableError


@click.group()
def index() -> None:
    """Look after the search index. It heals itself; these commands do it now and say what they found."""


@index.command()
def sync() -> None:
    """Apply the changes of the database that the index lacks."""
    with opened() as registry:
        click.echo(f"search index: {registry.index.ensure()}")


@index.command()
@click.option(
    "--processes", type=click.IntRange(1), help="Cores to use; all of them for a large registry when not given."
)
def rebuild(processes: int | None) -> None:
    """Build the index anew beside the live one, then switch."""
    with opened() as registry:
        with progress_bar("building the index") as progress:
            count = registry.index.rebuild(progress, processes)
        click.echo(f"the index holds {count} agreements")


@index.command()
@click.option("--mend", is_flag=True, help="Index anew what differs.")
def verify(*, mend: bool) -> None:
    """Compare the contents of every record of the index with the database, and its files with their checksums.

    Exit code 1 when something differs and nothing was mended.
    """
    with opened() as registry:
        try:
            with progress_bar("comparing") as progress:
                drift = registry.index.verify(progress)
        except IndexUnreadableError as error:
            click.secho(f"the index cannot be read: {error}", fg="red", err=True)
            if not mend:
                click.echo("run with --mend, or `registry index rebuild`", err=True)
                sys.exit(1)
            with progress_bar("building the index") as progress:
                registry.index.rebuild(progress)
            click.secho("built the index anew", fg="green")
            drift = registry.index.verify()
        for name in ("missing", "stale", "twins", "ghosts"):
            keys = getattr(drift, name)
            if keys:
                click.echo(f"{name}: {len(keys)}")
        for file in drift.damaged:
            click.echo(f"damaged file: {file}")
        if not drift.is_found:
            click.secho("the index and the database agree", fg="green")
        elif mend:
            with progress_bar("mending the index") as progress:
                registry.index.mend(drift, progress)
            done = "built the index anew" if drift.damaged else f"mended: {len(drift.keys())}"
            click.secho(done, fg="green")
        else:
            click.secho("they differ; run with --mend, or `registry index rebuild`", fg="red", err=True)
            sys.exit(1)
