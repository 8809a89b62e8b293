"""`/api/v1/exports`: what can be exported and how, and the exports themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import jsonify, request
from flask_babel import gettext

from registry.api.agreements import blueprint
from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.exports.columns import COLUMNS, IMPORTED_COLUMNS, default_columns
from registry.exports.formats import MEDIA_TYPES
from registry.exports.schemas import FORMATS, GROUPINGS, HEADINGS
from registry.http.exports import download, export_of
from registry.http.writing import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/exports")
def exports() -> ResponseReturnValue:
    """Answer which formats, groupings and columns there are."""
    return jsonify(
        {
            "formats": [
                {
                    "name": name,
                    "media_type": MEDIA_TYPES[name],
                    "default_columns": {headings: default_columns(name, headings) for headings in HEADINGS},
                }
                for name in FORMATS
            ],
            "groupings": list(GROUPINGS),
            "columns": [
                {
                    "name": name,
                    "heading": gettext(column.heading),
                    "kind": column.kind,
                    "default": name in IMPORTED_COLUMNS,
                }
                for name, column in COLUMNS.items()
            ],
        }
    )


@blueprint.get("/exports/list.<format_>")
def exported_list(format_: str) -> ResponseReturnValue:
    """Answer with a list as a file; an argument that is not known is an error."""
    if format_ not in FORMATS:
        raise NotFoundError(N_("There is no export of this format."))
    return download(export_of(request.args, format_=format_, language=language(), strict=True), may_wait=False)
