"""Says whether a file is what this registry exported: genuine, altered, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.audit.heads import UnreadableHeadError, read_checkpoint
from registry.audit.queries import current_head, head_at
from registry.exports.manifests import manifest_of, written_manifest
from registry.exports.runs.queries import exports_of_file
from registry.exports.verifier import ALTERED, GENUINE, UNKNOWN, Key, Report, check

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.audit.heads import LogKey
    from registry.exports.runs.models import ExportRun


@dataclass(frozen=True)
class Finding:
    """What was found: the checks, and the exports of this registry that gave a file with this hash, newest first."""

    report: Report
    exports: list[ExportRun]
    has_manifest: bool


def verify(session: Session, key: LogKey, sha256: str | None, manifest: bytes | None) -> Finding:
    """Check a file by its hash, a manifest, or both together.

    Without a manifest the registry takes its own: the file is genuine when one was exported with this hash, and unknown
    otherwise, since nothing says what an altered file was before.
    """
    exports = exports_of_file(session, sha256) if sha256 else []
    own = public_key(session, key)
    data = manifest
    if data is None:
        if not exports:
            return Finding(Report(UNKNOWN), [], has_manifest=False)
        data = written_manifest(manifest_of(session, key, exports[0]))
    report = check(data, sha256, own)
    if report.verdict == GENUINE and report.manifest is not None:
        holds = _still_in_log(session, report.manifest["log"]["checkpoint"])
        report.checks.append(("log", holds))
        report.verdict = GENUINE if holds else ALTERED
    return Finding(report, exports, has_manifest=manifest is not None)


def public_key(session: Session, key: LogKey) -> Key:
    """Return the public key of this registry, as the verifier takes it."""
    return Key.read(key.verifier(current_head(session).log))


def _still_in_log(session: Session, checkpoint: str) -> bool:
    """Return whether the log of today still begins with what was there when this head was signed."""
    try:
        head, _ = read_checkpoint(checkpoint)
    except UnreadableHeadError:
        return False
    now = current_head(session)
    return head.log == now.log and head.size <= now.size and head_at(session, head.size).root == head.root
