"""`registry import-texts`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from registry.cli.opening import opened
from registry.cli.progress import progress_bar
from registry.core.access import Access
from registry.documents.vocabulary import Role
from registry.interchange.texts import import_texts

_SHOWN = 200


@click.command("import-texts")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--role", type=click.Choice([str(role) for role in Role]), default=str(Role.UNOFFICIAL_TEXT), show_default=True
)
@click.option(
    "--access", type=click.Choice([str(access) for access in Access]), default=str(Access.PUBLIC), show_default=True
)
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be done; change nothing.")
def import_texts_command(folder: Path, role: str, access: str, *, dry_run: bool) -> None:
    """Attach the texts in FOLDER to their agreements, all of them or none.

    Files are named <reference or registry number>.<language>.txt; a first line "# source: …" names the source.
    """
    with opened() as registry:
        with progress_bar("reading the texts") as progress:
            report = import_texts(
                registry.database,
                registry.storage,
                folder,
                role=role,
                access=access,
                actor="command line",
                dry_run=dry_run,
                progress=progress,
            )
        if report.problems:
            for problem in report.problems[:_SHOWN]:
                click.echo(f"  {problem.place}: {problem.message}", err=True)
            if len(report.problems) > _SHOWN:
                click.echo(f"  … and {len(report.problems) - _SHOWN} more", err=True)
            click.secho(f"{len(report.problems)} mistakes; no text was attached", fg="red", err=True)
            sys.exit(1)
        if not dry_run:
            with progress_bar("indexing") as progress:
                registry.index.ensure(progress)
        done = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.outcomes.items()))
        click.secho(f"{'would be: ' if dry_run else ''}{done}; {report.articles} articles", fg="green")
