"""`/agreements/<number>/text/<language>`: the text of an agreement, divided into its articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from registry.agreements.queries import agreement_by_number
from registry.audit.vocabulary import Act
from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.documents.queries import documents_of, text_in
from registry.http.access import current_reader
from registry.http.auditing import note_read
from registry.http.context import reading
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.query_language.grammar import parse
from registry.search.services import highlighter_for
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/agreements/<number>/text/<language_code>")
def agreement_text(number: str, language_code: str) -> ResponseReturnValue:
    """Show a text with a table of its articles; with `q` the words of a search are marked in it."""
    words = request.args.get("q", "").strip()
    try:
        node = parse(words) if words else None
    except QuerySyntaxError:
        # Who follows a link wants the text; words that cannot be read only lose their marks.
        node = None
    with reading(current_reader()) as session:
        agreement = agreement_by_number(session, number)
        role = request.args.get("role") or None
        document = text_in(session, agreement.id, language_code, role) if agreement else None
        if agreement is None or document is None:
            raise NotFoundError(
                N_("There is no text of %(number)s in this language in this registry."), number=number[:40]
            )
        note_read(agreement, Act.TEXT_READ, [document.access])
        return render_template(
            "agreements/text.html",
            agreement=agreement,
            document=document,
            documents=documents_of(session, [agreement.id]).get(agreement.id, []),
            highlighter=highlighter_for(node) if node is not None else None,
            words=words,
        )
