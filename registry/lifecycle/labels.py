"""What the values of the closed vocabularies of a record are called, in English; the edge translates."""

from __future__ import annotations

from registry.core.i18n import N_

RECORD_LABELS = {
    "level": {
        "heads_of_state": N_("Heads of state"),
        "governments": N_("Governments"),
        "ministries": N_("Ministries and agencies"),
        "other": N_("Other bodies"),
        "mixed": N_("Different levels"),
    },
    "kind": {
        "treaty": N_("Treaty"),
        "agreement": N_("Agreement"),
        "convention": N_("Convention"),
        "protocol": N_("Protocol"),
        "memorandum_of_understanding": N_("Memorandum of understanding"),
        "exchange_of_notes": N_("Exchange of notes"),
        "programme": N_("Programme"),
        "plan": N_("Plan"),
        "declaration": N_("Declaration"),
        "arrangement": N_("Arrangement"),
        "other": N_("Other instrument"),
    },
    "status": {
        "in_force": N_("In force"),
        "provisionally_applied": N_("Provisionally applied"),
        "not_in_force": N_("Not in force"),
        "suspended": N_("Suspended"),
        "terminated": N_("Ended"),
        "unknown": N_("Cannot be said"),
    },
    "reason": {
        "denounced": N_("denounced"),
        "expired": N_("expired"),
        "superseded": N_("superseded"),
        "by_agreement": N_("by agreement"),
        "withdrawn": N_("a side withdrew"),
        "signature_not_seen": N_("signature not seen"),
        "entry_into_force_not_known": N_("entry into force not known"),
        "end_not_known": N_("end not known"),
        "duration_not_known": N_("duration not known"),
        "date_partial": N_("day not known"),
        "contradictory": N_("sources contradict each other"),
    },
    "proof": {
        "official_text": N_("Official or legal text"),
        "cited_in_agreement": N_("Cited in another agreement"),
        "press": N_("Press"),
        "data_set": N_("Data set"),
        "announced_only": N_("Announced only"),
    },
}


def label_of(vocabulary: str, value: str) -> str:
    """Return the label of a value, or the value itself when it has none."""
    return RECORD_LABELS[vocabulary].get(value, value)
