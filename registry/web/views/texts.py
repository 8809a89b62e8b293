"""`/agreements/<number>/text/<language>`: the text of an agreement, alone, beside another one, or compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from registry.agreements.queries import agreement_by_number
from registry.audit.vocabulary import Act
from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.documents.amending import amendments_of, placed
from registry.documents.differences import compare
from registry.documents.queries import documents_of, text_in, texts_in, versions_of
from registry.documents.schemas import TEXT_LANGUAGES
from registry.http.access import current_reader
from registry.http.auditing import note_read
from registry.http.context import current_registry, reading
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.query_language.grammar import parse
from registry.search.services import highlighter_for
from registry.web.reading import (
    shown_pieces,
    side_by_side,
    since,
    text_address,
    text_citation,
    text_title,
    total_hits,
)
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from typing import Any

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from registry.agreements.models import Agreement
    from registry.documents.models import Document
    from registry.search.highlight import Highlighter


_LARGEST_KEY = 2**31 - 1


@blueprint.get("/agreements/<number>/text/<language_code>")
def agreement_text(number: str, language_code: str) -> ResponseReturnValue:
    """Show a text with a table of its articles; with `q` the words of a search are marked in it.

    With another language as `with`, both texts stand side by side.
    """
    words = request.args.get("q", "").strip()
    highlighter = _highlighter(words)
    with reading(current_reader()) as session:
        agreement, document = _text(session, number, language_code)
        note_read(agreement, Act.TEXT_READ, [document.access])
        documents = documents_of(session, [agreement.id]).get(agreement.id, [])
        address = text_address(agreement, document, documents)
        context: dict[str, Any] = {
            "agreement": agreement,
            "document": document,
            "documents": [item for item in documents if item.has_text],
            "title": text_title(agreement, document),
            "address": address,
            "highlighter": highlighter,
            "words": words,
        }
        beside = request.args.get("with", "")
        if beside:
            other = text_in(session, agreement.id, beside) if beside in TEXT_LANGUAGES else None
            if other is None or other.language == document.language:
                raise NotFoundError(
                    N_("There is no text of %(number)s in this language in this registry."), number=number[:40]
                )
            note_read(agreement, Act.TEXT_READ, [other.access])
            return render_template(
                "texts/pair.html",
                **context,
                other=other,
                other_title=text_title(agreement, other),
                rows=side_by_side(document, other, highlighter),
            )
        amending = amendments_of(session, agreement, document.language, current_registry().clock.today())
        pieces = shown_pieces(agreement, document, address, highlighter)
        return render_template(
            "texts/text.html",
            **context,
            pieces=pieces,
            hits=total_hits(pieces),
            versions=versions_of(session, document),
            comparable=texts_in(session, agreement.id, document.language),
            amending=amending,
            since=since,
            placed=placed(document.articles, amending),
            citation=text_citation(agreement, document, address),
        )


@blueprint.get("/agreements/<number>/text/<language_code>/diff")
def text_differences(number: str, language_code: str) -> ResponseReturnValue:
    """Show what is different between two texts of an agreement in one language: versions, or translations.

    `from` and `to` are the numbers of the documents; without them the latest is compared with the one before it.
    """
    with reading(current_reader()) as session:
        agreement, _ = _text(session, number, language_code, any_version=True)
        texts = texts_in(session, agreement.id, language_code)
        to = _key("to") or texts[0].id
        known = {text.id: text for text in texts}
        others = [text.id for text in texts if text.id != to]
        earlier = _key("from") or next(iter(others), to)
        if to not in known or earlier not in known:
            raise NotFoundError(
                N_("There is no text of %(number)s in this language in this registry."), number=number[:40]
            )
        note_read(agreement, Act.TEXT_READ, [text.access for text in texts])
        before = text_in(session, agreement.id, language_code, document_id=earlier)
        after = text_in(session, agreement.id, language_code, document_id=to)
        return render_template(
            "texts/differences.html",
            agreement=agreement,
            language_code=language_code,
            texts=texts,
            before=before,
            after=after,
            compared=compare(before.articles, after.articles) if before and after and earlier != to else [],
        )


def _highlighter(words: str) -> Highlighter | None:
    """Return what marks the words of a search; who follows a link wants the text, whatever the words are."""
    try:
        return highlighter_for(parse(words)) if words else None
    except QuerySyntaxError:
        return None


def _text(
    session: Session, number: str, language_code: str, *, any_version: bool = False
) -> tuple[Agreement, Document]:
    """Return the agreement and the text that the address means. Earlier versions and annexes go by their numbers."""
    agreement = agreement_by_number(session, number)
    document = None
    if agreement is not None and any_version:
        document = next(iter(texts_in(session, agreement.id, language_code)), None)
    elif agreement is not None:
        role = request.args.get("role") or None
        document = text_in(session, agreement.id, language_code, role, _key("document"))
    if agreement is None or document is None:
        raise NotFoundError(N_("There is no text of %(number)s in this language in this registry."), number=number[:40])
    return agreement, document


def _key(name: str) -> int | None:
    """Return the number of a document that an argument holds; -1, which none has, for what no database can hold."""
    key = request.args.get(name, type=int)
    return None if key is None else key if 0 < key <= _LARGEST_KEY else -1
