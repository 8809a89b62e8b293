"""`/agreements`: the list with its filters, its download, and the page of one agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import jsonify, redirect, render_template, request
from flask_babel import gettext
from marshmallow import ValidationError

from registry.accounts.vocabulary import Permission
from registry.agreements.queries import agreements_by_ids, family_of
from registry.audit.leaves import written
from registry.core.errors import InvalidInputError, RegistryError
from registry.core.messages import flatten
from registry.core.pagination import Paging
from registry.documents.queries import articles_by_ids, withdrawn_from
from registry.documents.vocabulary import standing
from registry.http.access import current_reader, current_user
from registry.http.arguments import list_request
from registry.http.auditing import note_list, note_read
from registry.http.context import current_registry, reading
from registry.http.errors import say_error
from registry.http.exports import download, export_of
from registry.http.items import addresses_of, shown_item
from registry.http.lists import ARTICLES_SHOWN
from registry.http.moments import Moments, MomentsSchema, shown_at
from registry.http.writing import language
from registry.lifecycle.dossier import dossiers_of
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.schemas import ListRequest
from registry.search.services import find
from registry.web.helpers import list_url
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from registry.agreements.models import Agreement
    from registry.documents.models import Document
    from registry.documents.vocabulary import Standing


@blueprint.get("/agreements")
def agreements() -> ResponseReturnValue:
    """Show a list. Words or filters that cannot be used are explained beside the form, which keeps them."""
    registry = current_registry()
    today = registry.clock.today()
    reader = current_reader()
    try:
        asked = list_request(request.args, strict=False)
        with reading(reader) as session:
            answer = find(session, registry.index, registry.columns, asked, today, reader)
            agreements = agreements_by_ids(session, [*answer.listing.ids, *answer.partial], whole=False)
            best = answer.articles(ARTICLES_SHOWN)
            articles = articles_by_ids(session, [key for keys in best.values() for key in keys])
            dossiers = dossiers_of(session, agreements, answer.judged_on)
            note_list(session, [*answer.listing.ids, *answer.partial])
            last_page = Paging(asked.page, asked.per_page).last_page(answer.listing.total)
            if asked.page > last_page:
                return redirect(list_url(asked, page=last_page))
            return render_template(
                "agreements/list.html",
                answer=answer,
                asked=asked,
                dossiers=[item for item in dossiers if item.agreement.id not in answer.partial],
                partial=[item for item in dossiers if item.agreement.id in answer.partial],
                articles={key: [articles[item] for item in keys if item in articles] for key, keys in best.items()},
                last_page=last_page,
                today=today,
            )
    except (QuerySyntaxError, InvalidInputError) as error:
        return render_template("agreements/refused.html", **_refusal(error), today=today), 422


@blueprint.get("/agreements.csv")
def agreements_csv() -> ResponseReturnValue:
    """Download the list that the same arguments show: all of it, whatever the page."""
    args = request.args.copy()
    # Names that the import reads, as this address has always given them.
    args.setdefault("headings", "names")
    return download(export_of(args, format_="csv", language=language(), strict=False))


@blueprint.get("/agreements/<number>")
def agreement(number: str) -> ResponseReturnValue:
    """Show one agreement, judged on the day `on` (today when not given); as JSON to those who prefer it."""
    wants_json = number.endswith(".json") or (
        request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )
    number = number.removesuffix(".json")
    problem = ""
    try:
        given = {name: request.args.get(name) for name in ("on", "recorded_at")}
        moments = MomentsSchema().load({name: value for name, value in given.items() if value})
    except ValidationError as error:
        problem, moments = flatten(error.messages, gettext)[0][1], Moments()
    user = current_user()
    with reading(current_reader()) as session:
        shown = shown_at(session, number, moments)
        agreement = shown.dossier.agreement
        note_read(agreement, access=shown.access)
        if wants_json:
            return jsonify(shown_item(shown))
        fixed_at = _fixed(shown.past.at) if shown.past else None
        may_attach = user is not None and user.may(Permission.ATTACH_DOCUMENTS) and shown.past is None
        return render_template(
            "agreements/agreement.html",
            dossier=shown.dossier,
            agreement=agreement,
            documents=shown.documents,
            findings=shown.findings,
            addresses=addresses_of(agreement.registry_number, shown.documents),
            may_attach=may_attach,
            withdrawn=withdrawn_from(session, agreement.id) if may_attach else [],
            standing_of=_standing_of,
            family=shown.past.family if shown.past else family_of(session, agreement.id),
            past=shown.past,
            fixed_at=fixed_at,
            moments={"recorded_at": written(fixed_at), "on": shown.dossier.on.isoformat()} if fixed_at else {},
            problem=problem,
            given_on=request.args.get("on", ""),
            given_recorded_at=request.args.get("recorded_at", "") if shown.past else None,
            today=current_registry().clock.today(),
        ), 422 if problem else 200


def _fixed(at: datetime) -> datetime:
    """Return the instant by which a past state can be had again for ever: the end of a day may be still to come."""
    return min(at, current_registry().clock.now())


def _standing_of(document: Document, agreement: Agreement) -> Standing:
    """Return whether a document is authentic or a translation, as far as the languages of the agreement tell."""
    return standing(
        document.role,
        document.language,
        concluded={item.language for item in agreement.languages},
        authentic={item.language for item in agreement.languages if item.authentic},
    )


def _refusal(error: RegistryError) -> dict[str, object]:
    """Return what the page of a refused request shows: the message, the words, and the place in them."""
    q = request.args.get("q", "")
    problems = flatten(error.errors, gettext) if isinstance(error, InvalidInputError) else []
    marked = None
    if isinstance(error, QuerySyntaxError):
        end = error.position + max(error.length, 1)
        marked = (q.strip()[: error.position], q.strip()[error.position : end], q.strip()[end:])
    return {"message": say_error(error), "problems": problems, "marked": marked, "asked": ListRequest(q=q[:2000])}
