"""The shape of an agreement in JSON: what the API answers and what `<registry number>.json` holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext
from marshmallow import Schema, fields

from registry.core.schemas import PartialDateField
from registry.http.writing import label, pick, write
from registry.lifecycle.explain import explain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from registry.agreements.models import Relation
    from registry.documents.models import Document
    from registry.http.moments import Shown
    from registry.lifecycle.dossier import Dossier


class _Fact(Schema):
    certainty = fields.String()
    source = fields.String()
    article = fields.String()
    note = fields.Dict()


class TitleItem(Schema):
    """A title."""

    language = fields.String()
    text = fields.String()
    status = fields.String()


class SourceItem(Schema):
    """A source; `id` is what facts refer to."""

    id = fields.String(attribute="key")
    kind = fields.String()
    locator = fields.String()
    title = fields.String()
    language = fields.String()
    quote = fields.String()
    note = fields.Dict()


class SignatureItem(_Fact):
    """One person's signing."""

    side = fields.Integer()
    party = fields.String(attribute="party.code")
    body = fields.Pluck("BodyItem", "key")
    person = fields.Dict()
    position = fields.Dict(attribute="position_held")
    office = fields.String()
    full_powers = fields.Dict()
    signed_on = PartialDateField()
    signed_at = fields.Dict()


class BodyItem(Schema):
    """A body."""

    key = fields.String()
    kind = fields.String()
    names = fields.Dict()


class MemberItem(Schema):
    """A party on one side."""

    party = fields.String(attribute="party.code")
    names = fields.Dict(attribute="party.names")
    body = fields.Nested(BodyItem)
    name = fields.String()


class SideItem(_Fact):
    """One side."""

    position = fields.Integer()
    level = fields.String()
    members = fields.List(fields.Nested(MemberItem))


class SubjectItem(Schema):
    """A subject term."""

    code = fields.String()
    labels = fields.Dict()


class ActionItem(_Fact):
    """A dated legal act."""

    kind = fields.String()
    on = PartialDateField()
    effective_on = PartialDateField()
    until = PartialDateField()
    side = fields.Integer()
    act = fields.Dict()
    by_agreement = fields.String(attribute="by_agreement.registry_number")


class ClauseItem(_Fact):
    """A final clause."""

    kind = fields.String()
    terms = fields.Dict()
    text = fields.Dict()


class DocumentItem(Schema):
    """A document of the agreement; `sha256` is that of its file, whose bytes are kept when `kept` says so.

    `method` says whether its text stood in the file or was recognised in an image, null where there is none.
    """

    id = fields.Integer()
    language = fields.String()
    role = fields.String()
    access = fields.String()
    title = fields.String()
    source = fields.String()
    file_name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    kept = fields.Boolean()
    method = fields.String()
    confidence = fields.Float()
    page_count = fields.Integer()
    version = fields.Integer()
    added_at = fields.DateTime()


class AgreementItem(Schema):
    """The record of an agreement, except what is computed for a day."""

    registry_number = fields.String()
    reference = fields.String()
    titles = fields.List(fields.Nested(TitleItem))
    kind = fields.String()
    level = fields.String()
    proof = fields.String()
    access = fields.String()
    nature = fields.String()
    nature_reason = fields.Dict()
    sides = fields.List(fields.Nested(SideItem))
    signatures = fields.List(fields.Nested(SignatureItem))
    signed_on = PartialDateField()
    signed_at = fields.Dict()
    languages = fields.List(
        fields.Nested(
            Schema.from_dict({"language": fields.String(), "authentic": fields.Boolean(), "prevails": fields.Boolean()})
        )
    )
    article_count = fields.Integer()
    subjects = fields.List(fields.Nested(SubjectItem))
    abstract = fields.Dict()
    numbers = fields.List(fields.Nested(Schema.from_dict({"scheme": fields.String(), "value": fields.String()})))
    sources = fields.List(fields.Nested(SourceItem))
    notes = fields.List(fields.Dict())
    revision = fields.Integer()
    registered_at = fields.DateTime()
    revised_at = fields.DateTime()


# Made once: to make a schema takes longer than to write a record with it.
_AGREEMENT, _TITLES, _ACTIONS, _DOCUMENTS, _CLAUSE = (
    AgreementItem(exclude=("titles",)),
    TitleItem(many=True),
    ActionItem(many=True),
    DocumentItem(many=True),
    ClauseItem(exclude=("kind",)),
)


def addresses_of(number: str, documents: Sequence[Document], *, alone: bool = False) -> list[dict[str, str | None]]:
    """Return the addresses of the text and of the file of each document, None for what is not there.

    The weightiest text of a language has the plain address, the others say which they are; those that stand `alone`,
    without the others of their agreement, always do.
    """
    found: list[dict[str, str | None]] = []
    seen: set[tuple[str, ...]] = set()
    for document in documents:
        text = file = None
        if document.id is None:
            # A document of a past state: what is at its addresses today may be another one.
            found.append({"url": None, "file": None})
            continue
        if document.has_text:
            names = [(document.language,), (document.language, document.role)]
            which: dict[str, Any] = {}
            if alone or names[1] in seen:
                which = {"document": document.id}
            elif names[0] in seen:
                which = {"role": document.role}
            seen.update(names)
            text = url_for(
                "web.agreement_text", number=number, language_code=document.language, **which, _external=True
            )
        if document.kept:
            file = url_for("web.document_file", number=number, key=document.id, name=document.file_name, _external=True)
        found.append({"url": text, "file": file})
    return found


def item(dossier: Dossier, documents: Sequence[Document], *, whole: bool) -> dict[str, Any]:
    """Return one agreement as JSON; `whole` adds sources' words, clauses and every remark."""
    agreement = dossier.agreement
    data: dict[str, Any] = _AGREEMENT.dump(agreement)
    data["titles"] = {}
    for title in _TITLES.dump(agreement.titles):
        data["titles"].setdefault(title.pop("language"), title)
    data["levels"] = sorted({side.level for side in agreement.sides})
    data["parties"] = sorted({member.party.code for side in agreement.sides for member in side.members})
    data["entered_into_force_on"] = str(dossier.entry.on) if dossier.entry else None
    data["status"] = status(dossier)
    data["relations"] = [
        *(_relation(relation, inverse=False) for relation in agreement.shown_relations),
        *(_relation(relation, inverse=True) for relation in agreement.shown_inverse_relations),
    ]
    data["actions"] = _ACTIONS.dump(dossier.actions)
    data["has_text"] = any(document.has_text for document in documents)
    data["documents"] = _DOCUMENTS.dump(documents)
    for document, addresses in zip(data["documents"], addresses_of(agreement.registry_number, documents), strict=True):
        document.update(addresses)
    data["url"] = url_for("web.agreement", number=agreement.registry_number, _external=True)
    if whole:
        data["final_clauses"] = {kind: _CLAUSE.dump(clause) for kind, clause in dossier.clauses.items()}
        data["competent_bodies"] = [
            {"side": body.side, "name": body.name, "article": body.article} for body in agreement.competent_bodies
        ]
        data["status_periods"] = [
            {"from": _edge(period.from_on), "to": _edge(period.to_on), "status": period.status, "reason": period.reason}
            for period in dossier.periods
        ]
    return _without_empty(data)


def shown_item(shown: Shown) -> dict[str, Any]:
    """Return a whole agreement as JSON; a past state says so, with its revision and the hash of its record."""
    data = item(shown.dossier, shown.documents, whole=True)
    data["findings"] = [
        {"code": finding.code, "severity": finding.severity, **finding.params} for finding in shown.findings
    ]
    if shown.past is not None:
        revision = shown.past.revision
        data["past_state"] = {
            "recorded_at": shown.past.at.isoformat(),
            "revision": revision.counted,
            "since": revision.recorded_at.isoformat(),
            "sha256": shown.past.sha256,
        }
    return data


def status(dossier: Dossier) -> dict[str, Any]:
    """Return the status on the day of the dossier, with its explanation in the language of the request."""
    return {
        "value": str(dossier.period.status),
        "label": label("status", dossier.period.status),
        "reason": dossier.period.reason,
        "on": dossier.on.isoformat(),
        "explanation": explain(dossier.reasons, gettext, write),
    }


def facet_label(name: str, value: str, labels: dict[str, str] | None) -> str:
    """Return the label of a value of a facet."""
    if labels is not None:
        return pick(labels)
    if name == "decade":
        return str(gettext("Year not known") if value == "unknown" else gettext("%(decade)ss", decade=value))
    return label(name, value)


def _relation(relation: Relation, *, inverse: bool) -> dict[str, Any]:
    other = relation.from_agreement if inverse else relation.to_agreement
    return {
        "kind": relation.kind,
        "direction": "from" if inverse else "to",
        "label": label("inverse" if inverse else "relation", relation.kind),
        "registry_number": other.registry_number,
        "provisions": relation.provisions,
        "effective_on": str(relation.effective_on) if relation.effective_on else None,
        "article": relation.article,
        "certainty": relation.certainty,
    }


def _edge(day: date) -> str | None:
    """Write an end of a period; the ends of the axis are open."""
    return None if day in (type(day).min, type(day).max) else day.isoformat()


def _without_empty(value: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known inside nested parts; the fields of the agreement itself always stand there."""

    def prune(inner: Any) -> Any:
        if isinstance(inner, dict):
            return {name: prune(part) for name, part in inner.items() if part is not None}
        if isinstance(inner, list):
            return [prune(part) for part in inner]
        return inner

    return {name: prune(part) for name, part in value.items()}
