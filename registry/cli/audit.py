"""`registry audit verify|head|proof|consistency`."""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.audit.heads import WITNESS_FILE, Head, UnreadableHeadError, read_checkpoint
from registry.audit.merkle import is_consistent, is_included, leaf_hash
from registry.audit.proofs import consistency_json, head_json, proof_json
from registry.audit.queries import current_head, prove_consistency, prove_entry
from registry.audit.verifying import verify_log
from registry.cli.opening import opened
from registry.cli.progress import progress_bar
from registry.core.errors import RegistryError
from registry.core.i18n import N_
from registry.exports.runs.against_log import verify_exports
from registry.revisions.verifying import verify_revisions

if TYPE_CHECKING:
    from registry.audit.verifying import Fault

_SHOWN = 50


@click.group()
def audit() -> None:
    """Look after the audit log: check it, print its signed head, prove its entries."""


@audit.command()
@click.option(
    "--head",
    "heads",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signed head that was kept or published earlier; the log must continue it. Can be repeated.",
)
@click.option("--log-only", is_flag=True, help="Leave out the comparison of revisions, records and exports.")
def verify(heads: tuple[Path, ...], *, log_only: bool) -> None:
    """Check every entry, hash and signature of the log, every revision, record and export. Exit code 1 on a fault."""
    with opened() as registry:
        known = [(str(path), *_read_head(path)) for path in heads]
        witness = registry.settings.instance / WITNESS_FILE
        if witness.exists():
            known.append((str(witness), *_read_head(witness)))
        with registry.database.read() as session:
            with progress_bar("entries of the log") as progress:
                verdict = verify_log(session, registry.log_key, known, progress)
            faults = list(verdict.faults)
            if not log_only:
                with progress_bar("revisions") as progress:
                    faults += verify_revisions(session, progress)
                faults += verify_exports(session)
        for fault in faults[:_SHOWN]:
            click.secho(_say(fault), fg="red", err=True)
        if len(faults) > _SHOWN:
            click.echo(f"… and {len(faults) - _SHOWN} more", err=True)
        if not witness.exists():
            click.echo(f"note: no head is kept in {witness} yet, so a tail that was cut off may not show", err=True)
        if faults:
            click.secho(f"the log is not what it was: {len(faults)} faults", fg="red", err=True)
            sys.exit(1)
        click.secho(f"{verdict.head.size} entries, all as they were written", fg="green")
        click.echo(f"root {b64encode(verdict.head.root).decode()}")


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with the public key.")
def head(*, as_json: bool) -> None:
    """Print the signed head of the log: keep it, or publish it, and nobody can rewrite what came before."""
    with opened() as registry:
        with registry.database.read() as session:
            found = current_head(session)
        signature = registry.log_key.sign(found)
        checkpoint = registry.log_key.checkpoint(found, signature)
        if as_json:
            _print({**head_json(found), "checkpoint": checkpoint, "public_key": registry.log_key.verifier(found.log)})
        else:
            click.echo(checkpoint, nl=False)


@audit.command()
@click.argument("entry", type=click.IntRange(0))
def proof(entry: int) -> None:
    """Print ENTRY (its number, counted from 0) with the proof that it is in the log, as JSON."""
    with opened() as registry, registry.database.read() as session:
        found = prove_entry(session, entry)
        whole = is_included(leaf_hash(found.leaf), entry, found.head.size, found.path, found.head.root)
        if not whole:
            raise RegistryError(N_("The log does not prove entry %(entry)s; run “registry audit verify”."), entry=entry)
        _print(proof_json(found, registry.log_key.checkpoint(found.head, registry.log_key.sign(found.head))))


@audit.command()
@click.argument("old_head", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def consistency(old_head: Path) -> None:
    """Prove that the log continues the signed head in the file OLD_HEAD, as JSON; exit code 1 when it does not."""
    before, signature = _read_head(old_head)
    with opened() as registry, registry.database.read() as session:
        if not registry.log_key.is_signed(before, signature):
            raise RegistryError(N_("%(path)s is not signed by the key of this log."), path=old_head)
        now = current_head(session)
        path = prove_consistency(session, before.size, now.size) if 0 < before.size <= now.size else []
        if before.log != now.log or not _continues(before, now, path):
            raise RegistryError(
                N_("The log does not continue the head in %(path)s (%(size)s entries); run “registry audit verify”."),
                path=old_head,
                size=before.size,
            )
        _print(consistency_json(before, now, path, registry.log_key.checkpoint(now, registry.log_key.sign(now))))


def _continues(before: Head, now: Head, path: list[bytes]) -> bool:
    """Return whether the log continues a head; every log continues an empty one."""
    return before.size == 0 or is_consistent(before.size, now.size, path, before.root, now.root)


def _say(fault: Fault) -> str:
    return str(fault.message) if fault.position is None else f"entry {fault.position}: {fault.message}"


def _read_head(path: Path) -> tuple[Head, bytes]:
    try:
        return read_checkpoint(path.read_text(encoding="utf-8"))
    except (UnreadableHeadError, UnicodeDecodeError) as error:
        raise RegistryError(N_("%(path)s holds no signed tree head of an audit log."), path=path) from error


def _print(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
