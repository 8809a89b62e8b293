"""A page of the list in JSON. Single agreements are kept as JSON, since most pages show the same ones again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import orjson
from flask import current_app, request, url_for

from registry.agreements.queries import agreements_by_ids
from registry.documents.queries import articles_by_ids, documents_of
from registry.http.cache import ITEMS
from registry.http.items import facet_label, item
from registry.http.writing import language, pick
from registry.lifecycle.dossier import dossiers_of
from registry.lifecycle.search import life_texts
from registry.search.short_texts import ShortTexts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from registry.core.access import Reader
    from registry.http.cache import Cache
    from registry.search.facets import FacetValue
    from registry.search.highlight import Segment
    from registry.search.services import Answer

#: How many articles are shown of each agreement that matches.
ARTICLES_SHOWN = 2


@dataclass(frozen=True)
class _Kept:
    """An agreement as JSON without its closing brace, its number, and the texts that passages are taken from."""

    json: bytes
    number: str
    texts: ShortTexts


def list_json(session: Session, answer: Answer, reader: Reader, state: object) -> bytes:
    """Return a page of the list as JSON; `state` says at which change of the registry kept agreements are true."""
    kept = _items(session, answer, reader, state)
    best = answer.articles(ARTICLES_SHOWN)
    wanted = [key for keys in best.values() for key in keys]
    articles = articles_by_ids(session, wanted) if wanted else {}

    def entry(key: int) -> orjson.Fragment:
        found = kept[key]
        hits = [articles[other] for other in best.get(key, ()) if other in articles]
        more: dict[str, Any] = {"snippets": [], "articles": []}
        if answer.hits is not None:
            passages = answer.highlighter.snippets(found.texts)
            more["snippets"] = [marked(passage) for passage in passages]
        for hit in hits:
            article, code = hit.article, hit.language
            more["articles"].append(
                {
                    "number": article.number,
                    "label": article.label,
                    "heading": article.heading,
                    "language": code,
                    "url": text_url(found.number, code, article.anchor, hit.role),
                    "passage": marked(answer.highlighter.passage(article.words, code)),
                }
            )
        return orjson.Fragment(found.json + b"," + orjson.dumps(more)[1:])

    return orjson.dumps(
        {
            "items": [entry(key) for key in answer.listing.ids if key in kept],
            **_beside(answer),
            "partial": [entry(key) for key in answer.partial if key in kept],
        }
    )


def text_url(number: str, language_code: str, anchor: str, role: str | None) -> str:
    """Return the address of an article in a text; `role` when it is not the weightiest text in its language."""
    return url_for(
        "web.agreement_text", number=number, language_code=language_code, role=role, _anchor=anchor, _external=True
    )


def marked(segments: Sequence[Segment]) -> str:
    """Write a passage with its matching words in ** **, as plain text."""
    return "".join(f"**{segment.text}**" if segment.is_match else segment.text for segment in segments)


def _items(session: Session, answer: Answer, reader: Reader, state: object) -> dict[int, _Kept]:
    cache = cast("Cache[_Kept]", current_app.extensions[ITEMS])
    about = (answer.judged_on, language(), reader.clearance, request.url_root)
    found = {key: cache.get(state, (key, *about)) for key in (*answer.listing.ids, *answer.partial)}
    missing = [key for key, kept in found.items() if kept is None]
    agreements = agreements_by_ids(session, missing, whole=True) if missing else []
    if not agreements:
        return {key: kept for key, kept in found.items() if kept is not None}
    documents = documents_of(session, [agreement.id for agreement in agreements])
    for dossier in dossiers_of(session, agreements, answer.judged_on):
        agreement = dossier.agreement
        body = orjson.dumps(item(dossier, documents.get(agreement.id, ()), whole=False))
        texts: list[tuple[str | None, str]] = [(title.language, title.text) for title in agreement.titles]
        texts += (agreement.abstract or {}).items()
        texts += (item for subject in agreement.subjects for item in subject.labels.items())
        texts += life_texts(dossier.actions, dossier.clauses.values())
        kept = _Kept(body[:-1], agreement.registry_number, ShortTexts(texts))
        found[agreement.id] = kept
        cache.put(state, (agreement.id, *about), kept, len(body) + kept.texts.size)
    return {key: kept for key, kept in found.items() if kept is not None}


def _label(name: str, value: FacetValue, code: str) -> str:
    if value.labels is None:
        return _closed_label(name, value.value, code)
    return value.labels[code] if code in value.labels else pick(value.labels)


@lru_cache(maxsize=500)
def _closed_label(name: str, value: str, code: str) -> str:
    """Return the label of a value of a closed vocabulary in the language of the request, whose code is the key."""
    del code
    return facet_label(name, value, None)


def _beside(answer: Answer) -> dict[str, Any]:
    """Return what stands beside the items of a page."""
    code = language()
    beside: dict[str, Any] = {
        "total": answer.listing.total,
        "page": answer.request.page,
        "per_page": answer.request.per_page,
        "sort": answer.listing.sort,
        "judged_on": answer.judged_on.isoformat(),
        "facets": {
            name: [{"value": value.value, "label": _label(name, value, code), "count": value.count} for value in values]
            for name, values in answer.listing.facets.items()
        },
        "status_counts": answer.status_counts,
        "suggestion": answer.suggestion,
    }
    if answer.hits is not None:
        beside["query"] = {
            "read_as": answer.hits.read_as,
            "relaxed": answer.hits.answer.is_relaxed,
            "also": answer.hits.answer.also,
            "complete_to_change": answer.hits.complete_to,
            "complete": answer.hits.is_complete,
            "words": [{"words": words, "agreements": count} for words, count in answer.hits.answer.words],
            "shortened": answer.is_shortened,
            "cut_short": answer.hits.answer.cut_short,
            "filtered_out": answer.filtered_out,
        }
    return beside
