"""`registry completeness` and `registry dossier`: what the pages show, from the terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from werkzeug.datastructures import MultiDict

from registry.app import create_app
from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.cli.arguments import as_usage_error, pairs_of
from registry.completeness.report import make_report
from registry.config import load_settings
from registry.core.access import OPERATOR
from registry.dossiers.contents import Keeping
from registry.http.auditing import strictest_of
from registry.http.context import current_registry
from registry.http.dossiers import dossier_request, make_dossier
from registry.http.findings import report_csv, report_json, report_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@click.command()
@click.option("--format", "format_", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="File to write; standard output when not given.")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE",
    help="As in the address of the page, such as gap=text, level=ministries, body=kaz-government, years=5.",
)
def completeness(format_: str, output: Path | None, filters: tuple[str, ...]) -> None:
    """Say what is missing, contradictory or not verified, in each agreement."""
    with _edge(), as_usage_error():
        registry = current_registry()
        asked = report_request(MultiDict(pairs_of(filters)), strict=True)
        today, zone = registry.clock.today(), registry.settings.time_zone
        with registry.database.read() as session:
            report = make_report(session, registry.ledger, asked, today, zone)
            with registry.database.write("command line") as uow:
                detail = {"criteria": asked.arguments(page=None), "agreements": len(report.rows)}
                record(uow, Act.LIST_EXPORTED, f"completeness {format_}", detail=detail)
            if format_ == "json":
                _write(output, [report_json(session, report, asked)])
            else:
                _write(output, (line.encode() for line in report_csv(session, report)))
    counts = ", ".join(f"{kind} {count}" for kind, count in report.counts.items())
    click.echo(f"{len(report.rows)} of {report.agreements} agreements have gaps: {counts}", err=True)


@click.command()
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--recorded-at", help="As the registry knew it at the end of this day, or at this instant.")
@click.option("--on", help="The day on which the status is judged.")
@click.option("--log-size", help="Prove entries of the log under the head of so many; else up to the last revision.")
def dossier(number: str, file: Path, recorded_at: str | None, on: str | None, log_size: str | None) -> None:
    """Write the dossier of the agreement NUMBER to FILE: record, revisions, documents and proofs, as a bag (BagIt)."""
    given = {"recorded_at": recorded_at, "on": on, "log_size": log_size}
    with _edge(), as_usage_error():
        registry = current_registry()
        keeping = Keeping(registry.database, registry.storage, registry.log_key, OPERATOR, True, True)
        made = make_dossier(number, dossier_request({name: value for name, value in given.items() if value}), keeping)
        with registry.database.write("command line") as uow:
            record(uow, Act.DOSSIER_DOWNLOADED, number, detail={"access": strictest_of(made.access)})
        _write(file, made.chunks)
        click.echo(f"the dossier of {number} was written to {file}; the same again: {made.address}", err=True)


@contextmanager
def _edge() -> Iterator[None]:
    """Give the application that pages have: its language is English, its addresses are those of the settings."""
    settings = load_settings()
    app = create_app(settings)
    with app.test_request_context(base_url=f"http://{settings.host}:{settings.port}/"):
        try:
            yield
        finally:
            current_registry().close()


def _write(output: Path | None, chunks: Iterable[bytes]) -> None:
    """Write bytes to standard output, or to a file that appears whole or not at all."""
    if output is None:
        sys.stdout.buffer.writelines(chunks)
        return
    temporary = output.with_name(output.name + ".part")
    with temporary.open("wb") as file:
        file.writelines(chunks)
    temporary.replace(output)
