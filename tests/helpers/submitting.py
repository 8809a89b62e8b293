"""What a ministry's officer types into the form of a submission, step by step."""

from __future__ import annotations

TITLE = "Меморандум о взаимопонимании в области дельфинариев"

WHAT = {
    "kind": "memorandum_of_understanding",
    "titles.0.text": TITLE,
    "titles.0.language": "ru",
    "titles.1.text": "Memorandum of Understanding on Dolphinariums",
    "titles.1.language": "en",
    "titles.1.status": "translation",
}
WHO = {
    "sides.0.level": "ministries",
    "sides.0.members.0.party": "KAZ",
    "sides.0.members.0.body": "Министерство финансов Республики Казахстан",
    "sides.1.level": "ministries",
    "sides.1.members.0.party": "BLR",
    "sides.1.members.0.body": "Ministry of Health of the Republic of Belarus",
    "signatures.0.side": "1",
    "signatures.0.person.en": "A. Asanov",
    "signatures.0.office": "minister_or_agency_head",
    "signatures.1.side": "2",
    "signatures.1.person.en": "I. Ivanov",
    "signatures.1.office": "minister_or_agency_head",
}
DATES = {
    "signed_on": "05.10.2026",
    "signed_at.en": "Minsk",
    "final_clauses.entry_into_force.rule": "on_last_notification",
    "final_clauses.entry_into_force.article": "Art. 9",
    "final_clauses.duration.form": "fixed",
    "final_clauses.duration.term.number": "5",
    "final_clauses.duration.term.unit": "Y",
}
RELATIONS = {"subjects": ["agriculture"]}
DOCUMENTS = {"proof": "official_text", "sources.0.locator": "Archive of the Ministry of Finance, file 7"}

STEPS = {"what": WHAT, "who": WHO, "dates": DATES, "relations": RELATIONS, "documents": DOCUMENTS}


def begun(reader, kind="new_agreement", agreement=""):
    """Begin a submission; return its key."""
    reader.open("/submissions/new").send({"kind": kind, "agreement": agreement}, form="begin-form")
    assert reader.answer.status_code == 200, reader.text
    return reader.path.split("/")[2]


def filled_in(reader, steps=STEPS):
    """Begin a new agreement and fill in all steps, one after another; return its key, on the page of the answers."""
    key = begun(reader)
    for name, typed in steps.items():
        assert reader.path == f"/submissions/{key}/{name}", (reader.path, reader.problems)
        reader.send(typed)
    assert reader.path == f"/submissions/{key}/check", (reader.path, reader.problems)
    return key


def handed_in(reader, **more):
    """Fill in everything and submit it; return its key, on the page of the receipt."""
    key = filled_in(reader)
    reader.send(more, form="hand-in")
    assert reader.path == f"/submissions/{key}/receipts/1", reader.problems
    return key
