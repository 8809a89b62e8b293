"""The record of an agreement as files, forms and the API give it, and the commands made from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError, fields, post_load, validates_schema
from marshmallow.validate import Length, Range, Regexp

from registry.agreements.vocabulary import (
    Kind,
    Level,
    Nature,
    NumberScheme,
    Office,
    Proof,
    RelationKind,
    SourceKind,
    TitleStatus,
)
from registry.core.access import Access
from registry.core.facts import Fact, FactSchema
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.core.schemas import LANGUAGES, BaseSchema, Choice, LangTextField, PartialDateField, Text

if TYPE_CHECKING:
    from registry.core.db import LangText
    from registry.core.edtf import PartialDate

REGISTRY_NUMBER = r"^[A-Z]{3}-[0-9]{4}-[0-9]{3,}$"


@dataclass(frozen=True)
class EnterSubject:
    """Command: a subject term as the registry is to know it."""

    code: str
    labels: LangText
    synonyms: dict[str, list[str]] = field(default_factory=dict)
    broader: str | None = None


@dataclass(frozen=True)
class AgreementRecord:
    """Command: one agreement with all that belongs to its record; nested parts stay as the schema loaded them."""

    kind: str
    proof: str
    titles: list[dict[str, Any]]
    sides: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    subjects: list[str]
    reference: str | None = None
    registry_number: str | None = None
    access: str | None = None
    nature: dict[str, Any] | None = None
    signed_on: PartialDate | None = None
    signing_date_range: tuple[PartialDate, PartialDate] | None = None
    signing: Fact = field(default_factory=Fact)
    signed_at: LangText | None = None
    signatures: list[dict[str, Any]] = field(default_factory=list)
    languages: list[dict[str, Any]] = field(default_factory=list)
    languages_clause: Fact | None = None
    article_count: int | None = None
    abstract: LangText | None = None
    numbers: list[dict[str, Any]] = field(default_factory=list)
    relations: list[dict[str, Any]] = field(default_factory=list)
    competent_bodies: list[dict[str, Any]] = field(default_factory=list)
    notes: list[LangText] = field(default_factory=list)


class SubjectSchema(BaseSchema):
    """A subject term with labels and synonyms by language."""

    code = Text(
        required=True,
        max_length=60,
        validate=Regexp(r"^[a-z][a-z_]*$", error=N_("Write a code such as double_taxation.")),
    )
    labels = LangTextField(required=True)
    synonyms = fields.Dict(keys=Choice(LANGUAGES), values=fields.List(Text(max_length=200)))
    broader = Text(max_length=60)

    @post_load
    def _command(self, data: dict[str, Any], **_: object) -> EnterSubject:
        return EnterSubject(**data)


class TitleSchema(BaseSchema):
    """A title in one language."""

    language = Choice(LANGUAGES, required=True)
    text = Text(required=True, max_length=2000)
    status = Choice(TitleStatus, required=True)


class NatureSchema(BaseSchema):
    """Whether the instrument binds, with who judged so and why: its title decides nothing."""

    value = Choice(Nature, required=True)
    judged_by = Text(required=True, max_length=200)
    reason = LangTextField(required=True)


class SideMemberSchema(BaseSchema):
    """A party on one side and the body through which it acts."""

    party = Text(required=True, max_length=3)
    body = Text(max_length=80)
    name = Text(max_length=300)


class SideSchema(FactSchema):
    """One side: in whose name it acts, and its members."""

    level = Choice(Level, required=True)
    members = fields.List(
        fields.Nested(SideMemberSchema), required=True, validate=Length(min=1, error=N_("Name at least one party."))
    )


class SignatureSchema(FactSchema):
    """One person's signing for a side."""

    side = fields.Integer(required=True, validate=Range(1, 2, error=N_("Write 1 or 2.")))
    party = Text(required=True, max_length=3)
    body = Text(max_length=80)
    person = LangTextField(required=True)
    position = LangTextField()
    office = Choice(Office, load_default=str(Office.UNKNOWN))
    full_powers = LangTextField()
    signed_on = PartialDateField()
    signed_at = LangTextField()


class LanguageSchema(BaseSchema):
    """A language of conclusion."""

    language = Choice(LANGUAGES, required=True)
    authentic = fields.Boolean(load_default=True)
    prevails = fields.Boolean(load_default=False)


class NumberSchema(BaseSchema):
    """A number that somebody else gave the agreement."""

    scheme = Choice(NumberScheme, required=True)
    value = Text(required=True, max_length=300)
    source = Text(max_length=16)


class RelationSchema(FactSchema):
    """What the agreement does to another one, which `to` names by its reference or registry number."""

    kind = Choice(RelationKind, required=True)
    to = Text(required=True, max_length=60)
    provisions = Text(max_length=500)
    effective_on = PartialDateField()


class CompetentBodySchema(BaseSchema):
    """A body that the agreement makes responsible for its performance."""

    side = fields.Integer(required=True, validate=Range(1, 2, error=N_("Write 1 or 2.")))
    name = LangTextField(required=True)
    body = Text(max_length=80)
    article = Text(max_length=300)
    source = Text(max_length=16)


class SourceSchema(BaseSchema):
    """Where facts of the record were seen."""

    id = Text(required=True, max_length=16)
    kind = Choice(SourceKind, required=True)
    locator = Text(required=True, max_length=1000)
    title = Text(max_length=500)
    language = Text(max_length=8)
    quote = Text()
    note = LangTextField()


class FactOnlySchema(FactSchema):
    """The proof of a fact that stands by itself."""

    @post_load
    def _fact(self, data: dict[str, Any], **_: object) -> Fact:
        return Fact(**data)


class AgreementRecordSchema(BaseSchema):
    """The whole record of an agreement, except its life cycle, which the lifecycle slice adds."""

    reference = Text(max_length=60)
    registry_number = Text(
        validate=Regexp(REGISTRY_NUMBER, error=N_("Write the number as BLR-1996-003, or leave it out."))
    )
    kind = Choice(Kind, required=True)
    proof = Choice(Proof, required=True)
    access = Choice(Access)
    titles = fields.List(
        fields.Nested(TitleSchema), required=True, validate=Length(min=1, error=N_("Give at least one title."))
    )
    nature = fields.Nested(NatureSchema)
    sides = fields.List(
        fields.Nested(SideSchema),
        required=True,
        validate=Length(equal=2, error=N_("A bilateral agreement has exactly two sides.")),
    )
    signed_on = PartialDateField()
    signing_date_range = fields.Tuple((PartialDateField(), PartialDateField()))
    signing = fields.Nested(FactOnlySchema)
    signed_at = LangTextField()
    signatures = fields.List(fields.Nested(SignatureSchema))
    languages = fields.List(fields.Nested(LanguageSchema))
    languages_clause = fields.Nested(FactOnlySchema)
    article_count = fields.Integer(validate=Range(0, 100_000, error=N_("Write a number of articles from 0 to 100000.")))
    subjects = fields.List(
        Text(max_length=60), required=True, validate=Length(min=1, error=N_("Give at least one subject."))
    )
    abstract = LangTextField()
    numbers = fields.List(fields.Nested(NumberSchema))
    relations = fields.List(fields.Nested(RelationSchema))
    competent_bodies = fields.List(fields.Nested(CompetentBodySchema))
    sources = fields.List(
        fields.Nested(SourceSchema),
        required=True,
        validate=Length(
            min=1, error=N_("Name at least one source: a fact without a source does not enter the registry.")
        ),
    )
    notes = fields.List(LangTextField())

    @validates_schema
    def _sources_resolve(self, data: dict[str, Any], **_: object) -> None:
        """Every `source` key used by a fact must be a source of the same record."""
        known = [source["id"] for source in data["sources"]]
        if len(set(known)) < len(known):
            raise ValidationError(Message(N_("Two sources have the same id.")), "sources")
        problems = {
            name: [Message(N_("Source “%(source)s” is not among the sources of this record."), source=key)]
            for name, key in used_sources(data)
            if key not in known
        }
        if problems:
            raise ValidationError(problems)


def used_sources(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (field, source key) for every fact of a loaded record that names its source."""
    found: list[tuple[str, str]] = []

    def visit(name: str, value: object) -> None:
        if isinstance(value, Fact):
            visit(name, {"source": value.source})
        elif isinstance(value, dict):
            if isinstance(value.get("source"), str):
                found.append((name, value["source"]))
            for inner in value.values():
                visit(name, inner)
        elif isinstance(value, list):
            for inner in value:
                visit(name, inner)

    for name, value in data.items():
        if name != "sources":
            visit(name, value)
    return found
