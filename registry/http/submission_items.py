"""Submissions as JSON: what a person may see of one, its receipts, and the change that it proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson
from flask_babel import gettext

from registry.core.messages import say
from registry.http.changes import say_change
from registry.http.findings import gap_json
from registry.http.writing import label
from registry.submissions.vocabulary import Deed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from registry.http.submission_findings import Outlook
    from registry.parties.models import Body
    from registry.submissions.applying import Proposal
    from registry.submissions.errors import DraftConflictError
    from registry.submissions.models import Round, Submission, SubmissionFile
    from registry.submissions.queries import Seen
    from registry.submissions.schemas import Duplicate, Pending, Problem


def summary_item(submission: Submission, address: str) -> dict[str, Any]:
    """Return what a list shows of a submission."""
    return {
        "id": submission.public_id,
        "kind": submission.kind,
        "state": submission.state,
        "state_label": label("submission_state", submission.state),
        "version": submission.version,
        "intake_number": submission.intake_number,
        "body": _body(submission.body),
        "agreement": submission.agreement.registry_number if submission.agreement else None,
        "created_at": _instant(submission.created_at),
        "changed_at": _instant(submission.changed_at),
        "submitted_at": _instant(submission.submitted_at),
        "due_on": submission.due_on.isoformat() if submission.due_on else None,
        "assigned_to": submission.assigned_to.name if submission.assigned_to else None,
        "url": address,
    }


def whole_item(
    seen: Seen,
    address: str,
    problems: Iterable[Problem],
    duplicates: Iterable[Duplicate],
    pending: Iterable[Pending],
    outlook: Outlook,
) -> dict[str, Any]:
    """Return a submission with all that belongs to it, what the asker can do to it now, and what there is to be said.

    Problems keep it from being handed in; gaps and contradictions do not.
    """
    submission = seen.submission
    return {
        **summary_item(submission, address),
        "content": submission.content,
        "another_because": submission.another_because,
        "base_revision": submission.base_revision,
        "files": [file_item(file, address) for file in submission.present_files],
        "receipts": [receipt_item(receipt, address) for receipt in submission.rounds],
        "events": [
            {
                "at": _instant(event.at),
                "by": event.by.name,
                "deed": event.deed,
                "state": event.state,
                "text": event.text,
                "remarks": event.remarks,
            }
            for event in submission.events
        ],
        "problems": [
            {"step": item.step, "field": item.field, "message": say(item.message, gettext)} for item in problems
        ],
        **_outlook(outlook),
        "duplicates": [
            {
                "registry_number": item.registry_number,
                "titles": item.titles,
                "signed_on": item.signed_on,
                "score": item.score,
                "reasons": list(item.reasons),
            }
            for item in duplicates
        ],
        "pending": [
            {
                "id": item.public_id,
                "intake_number": item.intake_number,
                "titles": item.titles,
                "score": item.score,
                "reasons": list(item.reasons),
            }
            for item in pending
        ],
        "may": [str(deed) for deed in Deed if deed in seen.may],
    }


def file_item(file: SubmissionFile, address: str) -> dict[str, Any]:
    """Return what is known of a file."""
    return {
        "id": file.public_id,
        "file_name": file.held.file_name,
        "media_type": file.held.media_type,
        "size": file.held.size,
        "sha256": file.held.sha256,
        "language": file.language,
        "role": file.role,
        "access": file.access,
        "title": file.title,
        "source": file.source,
        "url": f"{address}/files/{file.public_id}",
    }


def receipt_item(receipt: Round, address: str) -> dict[str, Any]:
    """Return a receipt: number, time, and the hashes of what was submitted and of its documents."""
    return {
        "intake_number": receipt.intake_number,
        "round": receipt.number,
        "submitted_at": _instant(receipt.submitted_at),
        "submitted_at_local": receipt.submitted_at.astimezone(ZoneInfo(receipt.time_zone)).isoformat(),
        "time_zone": receipt.time_zone,
        "submitted_by": receipt.submitted_by.name,
        "sha256": receipt.sha256,
        "documents": receipt.documents,
        "another_because": receipt.another_because,
        "duplicates": receipt.duplicates,
        "url": f"{address}/receipts/{receipt.number}",
    }


def receipt_content(receipt: Round) -> dict[str, Any]:
    """Return what was submitted in that round, word for word."""
    return dict(orjson.loads(receipt.content))


def proposal_item(proposal: Proposal, obstacle: str | None, outlook: Outlook) -> dict[str, Any]:
    """Return in words what registering a submission would change, and what would be said about the record then."""
    return {
        "registry_number": proposal.registry_number,
        "revision": proposal.revision,
        "changes": [_change(item) for item in proposal.changes],
        "since": [_change(item) for item in proposal.since],
        "contested": proposal.contested,
        "obstacle": obstacle,
        **_outlook(outlook),
    }


def _outlook(outlook: Outlook) -> dict[str, list[dict[str, str]]]:
    return {
        "gaps": [gap_json(item) for item in outlook.gaps],
        "contradictions": [gap_json(item) for item in outlook.contradictions],
    }


def stored_version(error: DraftConflictError) -> dict[str, Any]:
    """Return what the registry has where somebody wanted to save over a version that they had not seen."""
    return {
        "version": error.stored.version,
        "content": error.stored.content,
        "another_because": error.stored.another_because,
        "changed_by": error.stored.changed_by,
        "changed_at": _instant(error.stored.changed_at),
    }


def _change(difference: Any) -> dict[str, str]:
    said = say_change(difference)
    return {"about": said.about, "before": said.before, "after": said.after}


def _body(body: Body | None) -> dict[str, Any] | None:
    return {"key": body.key, "names": body.names} if body else None


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
