"""What the pages of exports say: the criteria of one, who asked for it, and which two of a history are of one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from flask_babel import gettext

from registry.core.errors import InvalidInputError
from registry.core.i18n import N_, translation
from registry.exports.criteria import criteria_lines
from registry.exports.schemas import request_from
from registry.http.writing import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.exports.runs.models import ExportRun
    from registry.exports.schemas import ExportRequest

#: Who exports without being a user, as the log has it.
_NOBODY = {"anybody": N_("anybody"), "command line": N_("command line")}
_LANGUAGES = {"en": N_("English"), "ru": N_("Russian")}


def request_of(export: ExportRun) -> ExportRequest:
    """Return what was asked for. Raises `InvalidInputError` when it cannot be asked for any more."""
    return request_from(orjson.loads(export.request))


def words_of(export: ExportRun) -> list[tuple[str, str]]:
    """Return format, language and criteria of an export in the reader's language, the columns last.

    A request that means nothing now is given as it was kept. The number of agreements stands elsewhere on the pages.
    """
    try:
        asked = request_of(export)
    except InvalidInputError:
        return [(gettext("Request"), export.request)]
    described = orjson.loads(export.description) if export.description else {}
    translate = translation(language())
    return [
        (translate(N_("Format")), asked.format.upper()),
        (translate(N_("Language")), translate(_LANGUAGES[asked.language])),
        *criteria_lines(asked, 0, translate, described.get("left_out_status_unknown"))[:-1],
    ]


def who(export: ExportRun) -> str:
    """Return who asked for an export: a login, or in words whoever has none."""
    return gettext(_NOBODY[export.actor]) if export.user_id is None and export.actor in _NOBODY else export.actor


def actor_of(given: str) -> str:
    """Return the actor whom somebody means by a login, or by what a page calls those who have none."""
    wanted = given.casefold()
    return next((actor for actor, word in _NOBODY.items() if gettext(word).casefold() == wanted), given)


def pair_of(exports: Sequence[ExportRun]) -> tuple[int | None, int | None]:
    """Return the newest two of these exports that are of one list at two record times, the earlier first, if any.

    `exports` come the newest first. The legal day may differ where nobody chose it: it is that of the list's own time.
    """
    newest: dict[bytes, tuple[int, str]] = {}
    for export in exports:
        if export.sha256 is None:
            continue
        asked = orjson.loads(export.request)
        search = {name: value for name, value in asked["search"].items() if name != "on"}
        key = orjson.dumps([search, export.clearance], option=orjson.OPT_SORT_KEYS)
        after, recorded_at = newest.setdefault(key, (export.id, asked["recorded_at"]))
        if asked["recorded_at"] != recorded_at:
            return export.id, after
    return None, None
