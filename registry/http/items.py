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
    from datetime import date

    from registry.agreements.models import Relation
    from registry.lifecycle.dossier import Dossier
    from registry.search.services import Answer


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


class AgreementItem(Schema):
    """The record of an agreement, except what is computed for a day."""

    registry_number = fields.String()
    reference = fields.String()
    titles = fields.List(fields.Nested(TitleItem))
    kind = fields.String()
    level = fields.String()
    proof = fields.String()
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
    has_text = fields.Boolean()
    subjects = fields.List(fields.Nested(SubjectItem))
    abstract = fields.Dict()
    numbers = fields.List(fields.Nested(Schema.from_dict({"scheme": fields.String(), "value": fields.String()})))
    sources = fields.List(fields.Nested(SourceItem))
    notes = fields.List(fields.Dict())
    revision = fields.Integer()
    registered_at = fields.DateTime()
    revised_at = fields.DateTime()


def item(dossier: Dossier, *, whole: bool) -> dict[str, Any]:
    """Return one agreement as JSON; `whole` adds sources' words, clauses, findings and every remark."""
    agreement = dossier.agreement
    data: dict[str, Any] = AgreementItem().dump(agreement)
    data["titles"] = {}
    for title in TitleItem(many=True).dump(agreement.titles):
        data["titles"].setdefault(title.pop("language"), title)
    data["levels"] = sorted({side.level for side in agreement.sides})
    data["parties"] = sorted({member.party.code for side in agreement.sides for member in side.members})
    data["entered_into_force_on"] = str(dossier.entry.on) if dossier.entry else None
    data["status"] = status(dossier)
    data["relations"] = [
        *(_relation(relation, inverse=False) for relation in agreement.relations),
        *(_relation(relation, inverse=True) for relation in agreement.inverse_relations),
    ]
    data["actions"] = ActionItem(many=True).dump(dossier.actions)
    # Documents come with their own slice; none are stored yet.
    data["documents"] = []
    data["url"] = url_for("web.agreement", number=agreement.registry_number, _external=True)
    if whole:
        data["final_clauses"] = {
            kind: ClauseItem(exclude=("kind",)).dump(clause) for kind, clause in dossier.clauses.items()
        }
        data["competent_bodies"] = [
            {"side": body.side, "name": body.name, "article": body.article} for body in agreement.competent_bodies
        ]
        data["status_periods"] = [
            {"from": _edge(period.from_on), "to": _edge(period.to_on), "status": period.status, "reason": period.reason}
            for period in dossier.periods
        ]
        data["findings"] = [
            {"code": finding.code, "severity": finding.severity, **finding.params} for finding in dossier.findings
        ]
    return _without_empty(data)


def status(dossier: Dossier) -> dict[str, Any]:
    """Return the status on the day of the dossier, with its explanation in the language of the request."""
    return {
        "value": str(dossier.period.status),
        "label": label("status", dossier.period.status),
        "reason": dossier.period.reason,
        "on": dossier.on.isoformat(),
        "explanation": explain(dossier.reasons, gettext, write),
    }


def listing(answer: Answer, dossiers: list[Dossier]) -> dict[str, Any]:
    """Return a page of the list as JSON."""
    items = []
    for dossier in dossiers:
        entry = item(dossier, whole=False)
        entry["snippets"] = snippets(answer, dossier)
        items.append(entry)
    found: dict[str, Any] = {
        "items": items,
        "total": answer.listing.total,
        "page": answer.request.page,
        "per_page": answer.request.per_page,
        "sort": answer.listing.sort,
        "judged_on": answer.judged_on.isoformat(),
        "facets": {
            name: [
                {"value": value.value, "label": facet_label(name, value.value, value.labels), "count": value.count}
                for value in values
            ]
            for name, values in answer.listing.facets.items()
        },
        "status_counts": answer.status_counts,
        "suggestion": answer.suggestion,
    }
    if answer.hits is not None:
        found["query"] = {
            "read_as": answer.hits.read_as,
            "relaxed": answer.hits.relaxed,
            "also": answer.hits.also,
            "complete_to_change": answer.hits.complete_to,
            "complete": answer.hits.is_complete,
        }
    return found


def snippets(answer: Answer, dossier: Dossier) -> list[str]:
    """Return passages that match, the matching words in ** **, as plain text."""
    texts = [title.text for title in dossier.agreement.titles] + list((dossier.agreement.abstract or {}).values())
    found = []
    for text in texts:
        segments = answer.highlighter.snippet(text)
        if segments:
            found.append("".join(f"**{segment.text}**" if segment.is_match else segment.text for segment in segments))
    return found


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
