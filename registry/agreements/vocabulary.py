"""Closed vocabularies of the record. A value is stored as it stands here; labels are in the catalogues."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The kind of instrument. It never decides whether the instrument binds (Vienna Convention, Art. 2(1)(a))."""

    TREATY = "treaty"
    AGREEMENT = "agreement"
    CONVENTION = "convention"
    PROTOCOL = "protocol"
    MEMORANDUM_OF_UNDERSTANDING = "memorandum_of_understanding"
    EXCHANGE_OF_NOTES = "exchange_of_notes"
    PROGRAMME = "programme"
    PLAN = "plan"
    DECLARATION = "declaration"
    ARRANGEMENT = "arrangement"
    OTHER = "other"


class Level(StrEnum):
    """In whose name a side concludes the agreement: the first axis of the signatory level."""

    HEADS_OF_STATE = "heads_of_state"
    GOVERNMENTS = "governments"
    MINISTRIES = "ministries"
    OTHER = "other"


#: The level of an agreement whose two sides act at different levels; it is found under both of them.
MIXED = "mixed"


class Office(StrEnum):
    """The office of a person who signs: the second axis (Vienna Convention, Art. 7)."""

    HEAD_OF_STATE = "head_of_state"
    HEAD_OF_GOVERNMENT = "head_of_government"
    FOREIGN_MINISTER = "foreign_minister"
    MINISTER_OR_AGENCY_HEAD = "minister_or_agency_head"
    AMBASSADOR = "ambassador"
    OTHER_PLENIPOTENTIARY = "other_plenipotentiary"
    UNKNOWN = "unknown"


class Nature(StrEnum):
    """Whether the instrument is governed by international law and binds."""

    BINDING = "binding"
    NON_BINDING = "non_binding"
    UNDETERMINED = "undetermined"


class Proof(StrEnum):
    """How well the conclusion of an agreement is proven, strongest first."""

    OFFICIAL_TEXT = "official_text"
    CITED_IN_AGREEMENT = "cited_in_agreement"
    PRESS = "press"
    DATA_SET = "data_set"
    ANNOUNCED_ONLY = "announced_only"


class TitleStatus(StrEnum):
    """What a title is: the wording of the instrument itself, a translation, or how a source cites it."""

    AUTHENTIC = "authentic"
    OFFICIAL_TRANSLATION = "official_translation"
    TRANSLATION = "translation"
    MACHINE_TRANSLATION = "machine_translation"
    AS_CITED = "as_cited"


class RelationKind(StrEnum):
    """What one agreement does to another."""

    AMENDS = "amends"
    SUPPLEMENTS = "supplements"
    IMPLEMENTS = "implements"
    SUPERSEDES = "supersedes"
    TERMINATES = "terminates"
    REFERS_TO = "refers_to"


#: Relations of an agreement that lives by another one: its protocols, not its successors.
DEPENDING = frozenset({RelationKind.AMENDS, RelationKind.SUPPLEMENTS, RelationKind.IMPLEMENTS, RelationKind.TERMINATES})


class NumberScheme(StrEnum):
    """Who gave a number."""

    UN_REGISTRATION = "un_registration"
    NATIONAL_REGISTRATION = "national_registration"
    PUBLICATION = "publication"
    LEGAL_DATABASE = "legal_database"


class SourceKind(StrEnum):
    """What a source is."""

    OFFICIAL_TEXT = "official_text"
    CITED_IN_AGREEMENT = "cited_in_agreement"
    PRESS = "press"
    DATA_SET = "data_set"
    ANNOUNCEMENT = "announcement"
