"""What was asked of an export, in words: the lines that stand beside it in every format that has a place for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.exports.columns import COLUMNS
from registry.exports.schemas import criteria_of
from registry.lifecycle.labels import RECORD_LABELS, label_of

if TYPE_CHECKING:
    from registry.core.i18n import Translate
    from registry.exports.schemas import ExportRequest

#: What the filters of a list are called.
FILTERS = {
    "level": N_("Level"),
    "kind": N_("Kind"),
    "status": N_("Status"),
    "proof": N_("How it is proven"),
    "subject": N_("Subject"),
    "party": N_("Party"),
    "body": N_("Body"),
    "decade": N_("Decade of signature"),
    "language": N_("Language"),
    "in_force_on": N_("In force on"),
    "on": N_("Status judged on"),
    "signed_from": N_("Signed from"),
    "signed_to": N_("Signed to"),
}
_MORE = {"q": N_("Words (all of them)"), "has_text": N_("Has a text"), "sort": N_("Order")}
_ORDERS = {
    "-signed_on": N_("newest first"),
    "signed_on": N_("oldest first"),
    "title": N_("title"),
    "registry_number": N_("number"),
}
_GROUPS = {"level": N_("Level"), "ministry": N_("Ministry or agency"), "year": N_("Year of signature")}
_CLEARANCES = {
    "public": N_("public records"),
    "internal": N_("public and internal records"),
    "restricted": N_("all records, restricted ones too"),
}


def criteria_lines(
    request: ExportRequest, total: int, translate: Translate, unsaid: int | None = None
) -> list[tuple[str, str]]:
    """Return names and values, in the language of the export: the two times first, then filters, columns, and count.

    `unsaid` is how many agreements are left out because their status on the day cannot be said.
    """
    lines = [
        (N_("Records as of"), request.recorded_at.isoformat(timespec="microseconds").replace("+00:00", "Z")),
        (N_("Legal day"), request.on.isoformat()),
        (N_("Seen as"), translate(_CLEARANCES[request.clearance])),
    ]
    for name, value in criteria_of(request.search).items():
        if name == "expand":
            lines.append((N_("Other words of the same meaning"), translate(N_("not looked for"))))
        elif name == "sort":
            lines.append((_MORE[name], translate(_ORDERS[value])))
        elif isinstance(value, bool):
            lines.append((_MORE[name], translate(N_("yes")) if value else translate(N_("no"))))
        elif name != "on":
            values = value if isinstance(value, list) else [value]
            words = [translate(label_of(name, item)) if name in RECORD_LABELS else item for item in values]
            lines.append(({**FILTERS, **_MORE}[name], ", ".join(words)))
    if request.group_by:
        lines.append((N_("Grouped by"), translate(_GROUPS[request.group_by])))
    if unsaid is not None:
        lines.append((N_("Left out, since their status on that day cannot be said"), str(unsaid)))
    lines.append((N_("Columns"), ", ".join(translate(COLUMNS[name].heading) for name in request.columns)))
    lines.append((N_("Agreements"), str(total)))
    return [(translate(name), value) for name, value in lines]
