"""The process that reads one file: `python -m registry.documents.extraction.worker`.

It takes a job as one line of JSON from its input and answers with lines of JSON: any number of
`{"progress": [done, total]}`, then `{"result": {…}}` or `{"error": {"template", "params"}}`. Whatever else happens to
it (an error of a library, a signal) is seen by its parent from how it ended and what it wrote to standard error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.core.i18n import N_
from registry.documents.extraction.isolation import give_up_rights
from registry.documents.extraction.results import Limits, UnreadableDocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.core.messages import Message

_MB = 1024 * 1024


def main() -> None:
    """Read the job, give up all rights, then read the file."""
    job = json.loads(sys.stdin.readline())
    limits = Limits(**job["limits"])
    give_up_rights(limits)
    try:
        answer = {"result": _read(job, limits)}
    except UnreadableDocumentError as error:
        answer = {"error": _sentence(error.template, error.params)}
    except MemoryError:
        template = N_("Reading this file takes more than %(most)s MB of memory.")
        answer = {"error": _sentence(template, {"most": limits.memory // _MB})}
    _say(answer)


def _read(job: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    # The libraries are loaded only now, so that their own work is bounded as well.
    from registry.documents.extraction.reading import read  # noqa: PLC0415

    extracted = read(
        Path(job["path"]),
        job["file_name"],
        job["languages"],
        limits,
        lambda done, total: _say({"progress": [done, total]}),
    )
    return {**asdict(extracted), "notes": [_from_message(note) for note in extracted.notes]}


def _from_message(message: Message) -> dict[str, object]:
    return _sentence(message.template, message.params)


def _sentence(template: str, params: Mapping[str, object]) -> dict[str, object]:
    """Return a sentence for the pipe: numbers stay numbers, everything else becomes text."""
    told = {name: value if isinstance(value, int) else str(value) for name, value in params.items()}
    return {"template": template, "params": told}


def _say(what: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=True) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
