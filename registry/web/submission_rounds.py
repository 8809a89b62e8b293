"""The answers of a submission step by step, and between rounds: what was asked for, and what was changed since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext

from registry.submissions.content import FIELDS, PARTS
from registry.submissions.vocabulary import Deed, Kind, Step
from registry.web.submission_forms import steps_of
from registry.web.submission_words import Row, differing_rows, rows_of, say_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.http.changes import Change
    from registry.submissions.models import Event, Submission
    from registry.web.submission_words import Words

#: What the form asks for, so that it can be remarked on where nothing was answered.
_ASKED = frozenset(
    {
        *("kind", "titles", "nature", "abstract", "sides", "signatures", "signed_on", "signed_at", "actions"),
        *("subjects", "relations", "languages", "proof", "sources"),
    }
)
_CLAUSES = ("entry_into_force", "duration", "denunciation")


@dataclass(frozen=True)
class Returned:
    """What the treaty office wrote when it returned a submission the last time, and what was changed since."""

    event: Event
    changes: list[Change]


def parts_of(kind: str, step: str) -> tuple[str, ...]:
    """Return the fields of a step that a submission of this kind has."""
    return tuple(part for part in FIELDS[Step(step)] if part in PARTS[Kind(kind)])


def answers_of(kind: str, content: Mapping[str, Any], words: Words) -> list[Row]:
    """Return all answers in the order of the form; what belongs to no step stands at the end."""
    known = [part for step in steps_of(kind) for part in parts_of(kind, step)]
    return rows_of(content, [*known, *(part for part in content if part not in known)], words)


def answers_to_review(submission: Submission, words: Words) -> list[tuple[str, list[Row]]]:
    """Return for each step its answers, and an empty one for each field that was asked for and not answered."""
    kind, content = submission.kind, submission.content
    found: list[tuple[str, list[Row]]] = []
    for step in steps_of(kind):
        rows: list[Row] = []
        for part in parts_of(kind, step):
            answered = rows_of(content, [part], words)
            rows += answered
            if part == "final_clauses":
                missing = [f"{part}.{name}" for name in _CLAUSES]
                rows += [_unanswered(path) for path in missing if not any(r.path.startswith(path) for r in answered)]
            elif not answered and part in _ASKED:
                rows.append(_unanswered(part))
        if step == Step.DOCUMENTS:
            rows.append(_files([file.held.file_name for file in submission.present_files]))
        found.append((step, rows))
    known = {part for step in steps_of(kind) for part in parts_of(kind, step)}
    if others := rows_of(content, [part for part in content if part not in known], words):
        found[-1][1].extend(others)
    return found


def last_return(submission: Submission, words: Words) -> Returned | None:
    """Return what was asked for the last time and what was changed since, or None when it was never returned."""
    event = next((item for item in reversed(submission.events) if item.deed == Deed.RETURN), None)
    if event is None:
        return None
    # Of every round there is a receipt and an event; clocks may give both, and the return, the same time.
    handed_in = [item for item in submission.events if item.deed == Deed.SUBMIT and item.id < event.id]
    returned = submission.rounds[len(handed_in) - 1]
    before = answers_of(submission.kind, json.loads(returned.content), words)
    after = answers_of(submission.kind, submission.content, words)
    then = _files([item["file_name"] for item in returned.documents])
    now = _files([file.held.file_name for file in submission.present_files])
    return Returned(event, differing_rows([*before, then], [*after, now]))


def _unanswered(path: str) -> Row:
    return Row(path, say_path(path), "")


def _files(names: list[str]) -> Row:
    return Row("files", gettext("Files"), "\n".join(names))
