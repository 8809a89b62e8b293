"""`registry exports list|make|tidy`, `registry verify`, and the file and manifest of `registry export`."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from registry.cli.opening import opened
from registry.cli.progress import progress_bar
from registry.core.pagination import Paging
from registry.exports.formats import MEDIA_TYPES
from registry.exports.manifests import facts_of, manifest_of, written_manifest
from registry.exports.runs.files import ExportFiles
from registry.exports.runs.making import make_next, tidy_expired, tidy_left_over
from registry.exports.runs.queries import closed_numbers, export_by_id, exports_by
from registry.exports.runs.schemas import HistoryRequest
from registry.exports.runs.services import note_export
from registry.exports.runs.verifying import verify
from registry.exports.verifier import ALTERED, GENUINE, MEANINGS, MOST_BYTES, UNKNOWN, sha256_of_file
from registry.http.exports import file_name

if TYPE_CHECKING:
    from typing import BinaryIO

    from registry.exports.rendering import Export
    from registry.runtime import Registry

ACTOR = "command line"

_SHOWN = 50
#: The registry checks by its own key: nobody gives it one.
_MEANINGS = {**MEANINGS, "key": "the manifest names the public key of this registry"}


def write_export(registry: Registry, export: Export, output: Path | None) -> None:
    """Write an export to a file, with its manifest beside it, or to the standard output; note it in the log.

    Both files appear whole or not at all, the manifest first: a file never stands there without one.
    """
    if output is None:
        digest, size = _write(export, sys.stdout.buffer)
        _noted(registry, export, file_name(export.request), digest, size)
        return
    temporary = output.with_name(output.name + ".part")
    with temporary.open("wb") as file:
        digest, size = _write(export, file)
    data = _noted(registry, export, output.name, digest, size)
    manifest = output.with_name(output.name + ".manifest.json")
    unfinished = manifest.with_name(manifest.name + ".part")
    unfinished.write_bytes(data)
    unfinished.replace(manifest)
    temporary.replace(output)
    click.echo(f"{export.summary.agreements} agreements written to {output}, their manifest to {manifest}")


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
def verify_(file: Path, manifest: Path | None) -> None:
    """Say whether FILE is as this registry exported it: genuine (exit code 0), altered (1) or unknown (2)."""
    data = None
    if manifest is not None:
        with manifest.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    with opened() as registry, registry.database.read() as session:
        finding = verify(session, registry.log_key, sha256_of_file(file), data)
    report = finding.report
    click.secho(report.verdict, bold=True, fg="green" if report.verdict == GENUINE else "red")
    if report.checks and not finding.has_manifest:
        click.echo("The registry knows this file and checked it against its own manifest.")
    for code, held in report.checks:
        click.echo(f"{'yes' if held else 'NO '}  {_MEANINGS[code]}")
    if report.reason:
        click.echo(report.reason)
    for export in finding.exports:
        click.echo(f"export {export.id} of {export.finished_at:%Y-%m-%d %H:%M} UTC by {export.actor}")
    sys.exit({GENUINE: 0, ALTERED: 1, UNKNOWN: 2}[report.verdict])


@click.group()
def exports() -> None:
    """Look after exports: list them, make those that wait, remove files whose time is over."""


@exports.command("list")
@click.option("--actor", help="Only those of this login.")
def list_(actor: str | None) -> None:
    """List the last exports: number, when (UTC), who, format, language, state, agreements, columns, hash."""
    with opened() as registry, registry.database.read() as session:
        found, total = exports_by(session, HistoryRequest(actor=actor), Paging(1, _SHOWN), user_id=None)
        for export in found:
            asked = orjson.loads(export.request)
            click.echo(
                f"{export.id:6}  {export.requested_at:%Y-%m-%d %H:%M} UTC  {export.actor:16} "
                f"{asked['format']:5} {asked['language']} {export.state:9} "
                f"{export.agreements if export.agreements is not None else '—':>7}  "
                f"{len(asked['columns']):2} columns  {export.sha256 or ''}"
            )
    click.echo(f"{min(total, _SHOWN)} of {total} exports", err=True)


@exports.command()
@click.argument("number", type=click.IntRange(1))
def manifest(number: int) -> None:
    """Print the manifest of export NUMBER."""
    with opened() as registry, registry.database.read() as session:
        export = export_by_id(session, number, user_id=None)
        sys.stdout.buffer.write(written_manifest(manifest_of(session, registry.log_key, export)))


@exports.command()
def make() -> None:
    """Make the exports that wait, as a server does beside its requests."""
    with opened() as registry, progress_bar("making exports") as progress:
        count = 0
        files = ExportFiles(registry.settings.exports_folder)
        while make_next(registry.database, registry.index, files, registry.settings.export_keep, progress):
            count += 1
    click.echo(f"{count} exports were made or have failed")


@exports.command()
def tidy() -> None:
    """Remove files whose time is over, and what killed processes have left."""
    with opened() as registry:
        files = ExportFiles(registry.settings.exports_folder)
        over = tidy_expired(registry.database, files)
        left = tidy_left_over(registry.database, files)
    click.echo(f"removed {over} files whose time was over, {left} left by processes that were killed")


def _write(export: Export, file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in export:
        digest.update(chunk)
        size += file.write(chunk)
    file.flush()
    return digest.hexdigest(), size


def _noted(registry: Registry, export: Export, name: str, digest: str, size: int) -> bytes:
    """Note an export in the log; return its manifest as the bytes of a file."""
    facts = facts_of(export, name, MEDIA_TYPES[export.request.format], digest, size)
    with registry.database.read() as session:
        closed = closed_numbers(session, export.revisions)
    with registry.database.write(ACTOR) as uow:
        run = note_export(uow, export.request, facts, user_id=None, closed=closed)
    with registry.database.read() as session:
        return written_manifest(manifest_of(session, registry.log_key, run))
