"""The life cycle of an agreement as files, forms and the API give it, and the whole dossier that it completes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError, fields, post_load, pre_load, validates_schema
from marshmallow.validate import Range

from registry.agreements.schemas import AgreementRecord, AgreementRecordSchema
from registry.core.facts import EvidenceSchema, FactSchema
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.core.schemas import BaseSchema, Choice, LangTextField, PartialDateField, PeriodField, Text
from registry.lifecycle.vocabulary import ActionKind, DurationForm, EntryRule, NoticeCount, TermStart

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The kinds of final clause, in the order in which pages show them.
CLAUSE_KINDS = (
    "entry_into_force",
    "provisional_application",
    "duration",
    "denunciation",
    "amendment",
    "disputes",
    "ongoing_projects",
)


@dataclass(frozen=True)
class LifeCycleRecord:
    """Command: the actions of an agreement and its final clauses, as the schema loaded them."""

    actions: list[dict[str, Any]] = field(default_factory=list)
    final_clauses: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class RegisterAgreement:
    """Command: register an agreement, or revise it: the record, its life cycle, and the hash of both."""

    record: AgreementRecord
    life_cycle: LifeCycleRecord
    content_hash: str


class ActionSchema(FactSchema):
    """A dated legal act."""

    kind = Choice([kind for kind in ActionKind if kind != ActionKind.SIGNATURE], required=True)
    on = PartialDateField()
    effective_on = PartialDateField()
    until = PartialDateField()
    side = fields.Integer(validate=Range(1, 2, error=N_("Write 1 or 2.")))
    act = LangTextField()
    by_agreement = Text(max_length=60)


class EntryIntoForceSchema(EvidenceSchema):
    """How the agreement enters into force (Vienna Convention, Art. 24)."""

    rule = Choice(EntryRule, required=True)
    delay = PeriodField()
    on = PartialDateField()
    with_agreement = Text(max_length=60, data_key="with")


class ProvisionalApplicationSchema(EvidenceSchema):
    """From when the agreement is applied provisionally (Art. 25)."""

    from_ = Choice(["signature", "date"], required=True, data_key="from")
    on = PartialDateField()


class DurationSchema(EvidenceSchema):
    """For how long the agreement is concluded, and how it is renewed."""

    form = Choice(DurationForm, required=True)
    term = PeriodField()
    counts_from = Choice(TermStart, load_default=str(TermStart.ENTRY_INTO_FORCE))
    ends_on = PartialDateField()
    renewal = PeriodField()
    renewals = fields.Integer(validate=Range(1, 1000, error=N_("Write how often it can be renewed, from 1 to 1000.")))

    @validates_schema
    def _complete(self, data: dict[str, Any], **_: object) -> None:
        if data["form"] == DurationForm.FIXED and not ({"term", "ends_on"} & data.keys()):
            raise ValidationError(
                Message(N_("A fixed term needs its length (term) or its last day (ends_on).")), "term"
            )
        if data["form"] == DurationForm.TACIT_RENEWAL and not {"term", "renewal"} <= data.keys():
            raise ValidationError(
                Message(N_("Tacit renewal needs the first term and the length of each renewal.")), "renewal"
            )


class DenunciationSchema(EvidenceSchema):
    """How a side ends the agreement by notice (Art. 54, 56, 67)."""

    notice = PeriodField()
    counts = Choice(NoticeCount)
    earliest_after = PeriodField()


class FinalClausesSchema(BaseSchema):
    """The final clauses that the text has."""

    entry_into_force = fields.Nested(EntryIntoForceSchema)
    provisional_application = fields.Nested(ProvisionalApplicationSchema)
    duration = fields.Nested(DurationSchema)
    denunciation = fields.Nested(DenunciationSchema)
    amendment = fields.Nested(EvidenceSchema)
    disputes = fields.Nested(EvidenceSchema)
    ongoing_projects = fields.Nested(EvidenceSchema)


class AgreementSchema(AgreementRecordSchema):
    """An agreement with its life cycle: what `registry import` reads and what a form submits."""

    actions = fields.List(fields.Nested(ActionSchema))
    final_clauses = fields.Nested(FinalClausesSchema)

    @pre_load
    def _is_mapping(self, data: Any, **_: object) -> Any:
        """Nothing but a mapping can be an agreement; say so before the fields complain one by one."""
        if not isinstance(data, dict):
            raise ValidationError(Message(N_("An agreement is an object with named fields.")))
        return data

    @post_load(pass_original=True)
    def _command(self, data: dict[str, Any], original: Mapping[str, Any], **_: object) -> RegisterAgreement:
        life_cycle = LifeCycleRecord(data.pop("actions", []), data.pop("final_clauses", {}))
        # A given number does not make another record: a file without numbers, imported twice, changes nothing.
        content = {name: value for name, value in original.items() if name != "registry_number"}
        return RegisterAgreement(AgreementRecord(**data), life_cycle, content_hash(content))


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a record's content in canonical JSON, by which an unchanged record is known."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
