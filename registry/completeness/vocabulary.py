"""The kinds of gap, which finding is of which kind, why each kind matters, and how each finding is mended."""

from __future__ import annotations

from enum import StrEnum

from registry.core.i18n import N_


class GapKind(StrEnum):
    """What an auditor asks for, the weightiest first."""

    SIGNATURE = "signature"
    TEXT = "text"
    ENTRY_INTO_FORCE = "entry_into_force"
    DURATION = "duration"
    ACTIONS = "actions"
    LEVEL = "level"
    SOURCES = "sources"
    RELATIONS = "relations"


#: The kind of each finding that is a gap. A finding that does not stand here is shown with its record and not counted.
KIND_OF = {
    "signature_date_missing": GapKind.SIGNATURE,
    "signature_day_missing": GapKind.SIGNATURE,
    "signature_place_missing": GapKind.SIGNATURE,
    "no_signatory_known": GapKind.SIGNATURE,
    "one_side_unsigned": GapKind.SIGNATURE,
    "office_missing": GapKind.SIGNATURE,
    "full_powers_not_seen": GapKind.SIGNATURE,
    "no_text": GapKind.TEXT,
    "text_not_vouched": GapKind.TEXT,
    "text_languages_missing": GapKind.TEXT,
    "entry_overdue": GapKind.ENTRY_INTO_FORCE,
    "duration_missing": GapKind.DURATION,
    "end_date_missing": GapKind.DURATION,
    "in_force_before_signature": GapKind.ACTIONS,
    "two_entries": GapKind.ACTIONS,
    "entry_differs_from_clause": GapKind.ACTIONS,
    "second_termination": GapKind.ACTIONS,
    "action_after_end": GapKind.ACTIONS,
    "action_before_signature": GapKind.ACTIONS,
    "ended_before_entry": GapKind.ACTIONS,
    "resumption_without_suspension": GapKind.ACTIONS,
    "overlapping_suspensions": GapKind.ACTIONS,
    "extension_without_term": GapKind.ACTIONS,
    "title_contradicts_level": GapKind.LEVEL,
    "body_contradicts_level": GapKind.LEVEL,
    "only_announced": GapKind.SOURCES,
    "proof_weak": GapKind.SOURCES,
    "source_without_words": GapKind.SOURCES,
    "fact_without_source": GapKind.SOURCES,
    "fact_not_documented": GapKind.SOURCES,
    "relation_to_ended": GapKind.RELATIONS,
    "end_not_recorded": GapKind.RELATIONS,
    "act_without_relation": GapKind.RELATIONS,
}

#: The kinds of gap that say that facts do not fit together, where the others say that something is missing.
CONTRADICTIONS = frozenset({GapKind.ACTIONS, GapKind.LEVEL, GapKind.RELATIONS})

#: What the findings say that only this slice makes; the others have their sentences where their rules are.
MESSAGES = {
    "signature_day_missing": N_("The day of signature is not known, only %(date)s."),
    "signature_place_missing": N_("The place of signature is not known."),
    "office_missing": N_("The office in which %(person)s signed is not known."),
    "no_text": N_("No text can be read here."),
    "text_not_vouched": N_("A text can be read here, but nobody vouches that it is the authentic one."),
    "text_languages_missing": N_("Authentic texts are missing in: %(languages)s."),
    "entry_overdue": N_(
        "No entry into force is recorded, %(years)s or more years after the signature (%(signed)s at the latest)."
    ),
    "only_announced": N_("It was announced; nobody has seen that it was signed."),
    "proof_weak": N_("That it was concluded is known from this only: %(proof)s."),
    "source_without_words": N_("Sources without the words that show the fact: %(keys)s."),
    "fact_without_source": N_("No source of the record is named for: %(acts)s."),
    "fact_not_documented": N_("Inferred or reported, not documented: %(acts)s."),
    "relation_to_ended": N_("It stands as in force, but %(other)s, on which it depends, has ended."),
    "end_not_recorded": N_("It says that it ends %(other)s, whose record knows no such end."),
    "act_without_relation": N_("An act is said to be done by %(other)s, which has no relation to this agreement."),
}

#: Why it matters, for each kind.
WHY = {
    GapKind.SIGNATURE: N_(
        "Who signed, when and where decides in whose name the agreement stands and from when a State must not defeat "
        "its object (Vienna Convention, Art. 7, 12 and 18)."
    ),
    GapKind.TEXT: N_(
        "Only the authentic text can be interpreted and cited (Vienna Convention, Art. 10 and 33); without it every "
        "other fact rests on what others say."
    ),
    GapKind.ENTRY_INTO_FORCE: N_(
        "An agreement binds from its entry into force (Vienna Convention, Art. 24 and 26); until that is known, nobody "
        "can say whether it has to be performed."
    ),
    GapKind.DURATION: N_(
        "Without the clause on duration or the day of the end it cannot be said whether the agreement still applies "
        "(Vienna Convention, Art. 54 to 56)."
    ),
    GapKind.ACTIONS: N_("Acts that contradict one another make every answer about the status doubtful."),
    GapKind.LEVEL: N_("The level says who is answerable; a wrong one puts the agreement into the wrong list."),
    GapKind.SOURCES: N_("A fact that nobody can look up again cannot be relied on, nor corrected."),
    GapKind.RELATIONS: N_(
        "An amendment, a protocol or a successor means something only together with the agreement that it concerns "
        "(Vienna Convention, Art. 39, 40 and 59)."
    ),
}

_ASK = N_("Ask the custodian of the original for the closing formula and the list of signatories, and enter them.")
_CHECK_ACTS = N_("Compare the dates of the acts with their sources, and correct or remove what is wrong.")
_CHECK_LEVEL = N_("Read the preamble of the text: it names in whose name the sides act. Correct level, title or body.")
_FIND_SOURCE = N_("Find an official act, collection of laws or note that shows it, and enter it with its words.")

#: How each finding that is a gap is mended.
MEND = {
    "signature_date_missing": _ASK,
    "signature_day_missing": _ASK,
    "signature_place_missing": _ASK,
    "no_signatory_known": _ASK,
    "one_side_unsigned": _ASK,
    "office_missing": _ASK,
    "full_powers_not_seen": N_("Look for the full powers in the file of the signing, and enter what they say."),
    "no_text": N_("Attach a certified copy from the custodian (Vienna Convention, Art. 77)."),
    "text_not_vouched": N_("Compare the text with a certified copy, and attach that as the authentic text."),
    "text_languages_missing": N_("Attach the certified copy in each authentic language (Vienna Convention, Art. 33)."),
    "entry_overdue": N_(
        "Look for the notes on the completion of internal procedures, or for the ratifications, and enter the entry "
        "into force; if it never entered into force, say so in the notes."
    ),
    "duration_missing": N_("Read the final clauses of the text, and enter the clause on duration."),
    "end_date_missing": N_("Enter from which day the act of ending has effect, with its source."),
    "in_force_before_signature": _CHECK_ACTS,
    "two_entries": _CHECK_ACTS,
    "entry_differs_from_clause": _CHECK_ACTS,
    "second_termination": _CHECK_ACTS,
    "action_after_end": _CHECK_ACTS,
    "action_before_signature": _CHECK_ACTS,
    "ended_before_entry": _CHECK_ACTS,
    "resumption_without_suspension": _CHECK_ACTS,
    "overlapping_suspensions": _CHECK_ACTS,
    "extension_without_term": N_("Enter the clause on duration that was extended, or correct the act."),
    "title_contradicts_level": _CHECK_LEVEL,
    "body_contradicts_level": _CHECK_LEVEL,
    "only_announced": N_("Ask the ministry in charge whether it was signed; enter the signature, or that it was not."),
    "proof_weak": _FIND_SOURCE,
    "source_without_words": N_("Enter the words of the source that show the fact."),
    "fact_without_source": _FIND_SOURCE,
    "fact_not_documented": _FIND_SOURCE,
    "relation_to_ended": N_("Enter the end of this agreement, or correct the relation."),
    "end_not_recorded": N_("Enter the act of ending in the record of the other agreement, or correct the relation."),
    "act_without_relation": N_("Enter the relation in the record of the other agreement, or correct the act."),
}
