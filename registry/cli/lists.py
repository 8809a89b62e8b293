"""`registry import`, `registry export`, `registry search`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from werkzeug.datastructures import MultiDict

from registry.agreements.queries import agreements_by_ids
from registry.cli.arguments import as_usage_error, pairs_of
from registry.cli.exports import write_export
from registry.cli.opening import opened
from registry.cli.progress import progress_bar
from registry.core.access import OPERATOR
from registry.documents.queries import articles_by_ids
from registry.exports.rendering import Export
from registry.exports.schemas import EXPORT_LANGUAGES, FORMATS, GROUPINGS, HEADINGS
from registry.http.arguments import list_request
from registry.http.exports import export_request
from registry.interchange.files import read_file
from registry.interchange.imports import import_file
from registry.lifecycle.services import Outcome
from registry.search.explaining import explanation
from registry.search.services import find

if TYPE_CHECKING:
    from registry.search.schemas import ListRequest
    from registry.search.services import Answer

_SHOWN = 200


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be done; change nothing.")
def import_(file: Path, *, dry_run: bool) -> None:
    """Import agreements from FILE (CSV or JSON), all or nothing. Importing a file twice changes nothing."""
    with opened() as registry:
        content = read_file(file)
        with progress_bar(f"importing {file.name}") as progress:
            report = import_file(
                registry.database,
                content,
                home_party=registry.settings.home_party,
                actor="command line",
                dry_run=dry_run,
                progress=progress,
            )
        click.echo(f"{file.name} was read as {report.encoding}: {len(content.rows)} agreements")
        if report.problems:
            for problem in report.problems[:_SHOWN]:
                click.echo(
                    f"  {': '.join(part for part in (problem.place, problem.name, str(problem.message)) if part)}",
                    err=True,
                )
            if len(report.problems) > _SHOWN:
                click.echo(f"  … and {len(report.problems) - _SHOWN} more", err=True)
            click.secho(f"{len(report.problems)} mistakes; nothing was imported", fg="red", err=True)
            sys.exit(1)
        if not dry_run:
            registry.index.ensure()
        done = ", ".join(f"{report.count(outcome)} {outcome}" for outcome in Outcome)
        click.secho(f"{'would be: ' if dry_run else ''}{done}", fg="green")


@click.command()
@click.option("--format", "format_", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="File to write; standard output when not given.")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE",
    help="As in the address of the list, such as level=ministries.",
)
@click.option("--columns", default="", metavar="NAME,NAME", help="The columns in their order; all when not given.")
@click.option("--group-by", type=click.Choice(GROUPINGS), help="Put the list in groups with subtotals.")
@click.option("--recorded-at", default="", metavar="INSTANT", help="As the registry knew it then; a day means its end.")
@click.option("--language", type=click.Choice(EXPORT_LANGUAGES), default="en", show_default=True)
@click.option("--headings", type=click.Choice(HEADINGS), default="names", show_default=True)
@click.option("--bom/--no-bom", default=True, help="Begin a CSV with a byte order mark, as Excel needs it.")
@click.option("--guard/--no-guard", default=True, help="Write ' before what a spreadsheet takes for a formula (CSV).")
def export(
    format_: str, output: Path | None, filters: tuple[str, ...], language: str, *, bom: bool, guard: bool, **given: str
) -> None:
    """Export a list of agreements: all of them, or those that the filters leave."""
    with opened() as registry:
        pairs = [*pairs_of(filters), *((name, value or "") for name, value in given.items())]
        pairs += [("bom", str(int(bom))), ("guard", str(int(guard)))]
        with as_usage_error(), registry.database.read() as session:
            asked = export_request(
                session, registry, MultiDict(pairs), OPERATOR, format_=format_, language=language, strict=True
            )
        with progress_bar("exporting") as progress, as_usage_error():
            made = Export(registry.database, registry.index, asked, progress=progress if output else None)
            write_export(registry, made, output)


@click.command()
@click.argument("query")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE",
    help="As in the address of the list, such as level=ministries.",
)
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@click.option("--explain", is_flag=True, help="Say what each word gave to the score of each agreement.")
def search(query: str, filters: tuple[str, ...], limit: int, *, explain: bool) -> None:
    """Search the agreements for QUERY."""
    with opened() as registry:
        with progress_bar("building the search index") as progress:
            registry.index.ensure(progress)
        asked = _request((*filters, f"q={query}", f"per_page={limit}"))
        with registry.database.read() as session:
            answer = find(session, registry.index, registry.columns, asked, registry.clock.today())
            best = answer.articles(1)
            articles = articles_by_ids(session, [key for keys in best.values() for key in keys])
            scores = answer.hits.answer.ranking.score_of if answer.hits else None
            for agreement in agreements_by_ids(session, answer.listing.ids, whole=False):
                signed = str(agreement.signed_on or "—")
                click.echo(f"{agreement.registry_number:14} {signed:10} {agreement.titles[0].text}")
                for hit in (articles[key] for key in best.get(agreement.id, ()) if key in articles):
                    click.echo(f"{'':26}{hit.article.label or hit.article.kind} ({hit.language}) {hit.article.heading}")
                if explain and scores is not None:
                    click.echo(f"{'':14} score {scores(agreement.id):.2f}")
                    for line in explanation(registry.index, asked, agreement.id):
                        click.echo(f"{'':16}{line}")
        _say_how(answer)


def _say_how(answer: Answer) -> None:
    """Say how the query was read, how complete the index is, and why nothing was found."""
    lines = [f"{answer.listing.total} found"]
    if answer.hits is not None:
        lines.append(f"read as {answer.hits.read_as}; the index is complete up to change {answer.hits.complete_to}")
        if answer.hits.answer.also:
            lines.append(f"also searched: {', '.join(answer.hits.answer.also)}")
        if answer.hits.answer.is_relaxed:
            lines.append("nothing has all the words, these have some of them")
        lines += [f"  {words}: in {count} agreements" for words, count in answer.hits.answer.words]
        if answer.partial:
            lines.append(f"{len(answer.partial)} more have some of the words; the page shows them")
        if answer.filtered_out:
            lines.append(f"the words match {answer.filtered_out} agreements, but the filters leave none of them")
    if answer.suggestion:
        lines.append(f"did you mean: {answer.suggestion}")
    click.echo("\n".join(lines), err=True)


def _request(filters: tuple[str, ...]) -> ListRequest:
    with as_usage_error():
        return list_request(MultiDict(pairs_of(filters)), strict=True)
