"""What may be registered already is found by file, number, title in any language, parties and date."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from registry.agreements.models import Agreement
from registry.submissions.duplicates import likely_duplicates
from registry.submissions.pending import pending_alike
from registry.submissions.queries import seen_submission
from tests.helpers.reviews import registered
from tests.helpers.submissions import begin, hand_in, memorandum, people_in

SEES = ("public", "internal", "restricted")


def alike(registry, content, sees=SEES, **more):
    with registry.database.read() as session:
        return {
            item.registry_number: (item.score, item.reasons)
            for item in likely_duplicates(session, content, sees=sees, **more)
        }


@pytest.fixture
def people(registry):
    return people_in(registry)


@pytest.fixture
def known(registry):
    """An agreement signed on a known day, with titles in Russian and English."""
    with registry.database.read() as session:
        agreement = session.scalar(
            sa.select(Agreement).where(Agreement.reference == "kzby-014").options(sa.orm.selectinload(Agreement.titles))
        )
        return agreement.registry_number, str(agreement.signed_on), {t.language: t.text for t in agreement.titles}


def titled(text, language="ru", **more):
    return memorandum(titles=[{"language": language, "text": text, "status": "authentic"}], **more)


def test_the_same_agreement_is_found_by_its_title_in_any_language(registry, known):
    number, signed, titles = known
    for language, text in titles.items():
        score, reasons = alike(registry, titled(text.upper(), language, signed_on=signed))[number]
        assert score == 100
        assert reasons == ("same_title", "same_date", "same_parties")


def test_a_similar_title_is_found_without_a_date(registry, known):
    number, _, titles = known
    words = titles["ru"].split()
    other = " ".join([*words[1:], words[0]])
    assert "same_title" in alike(registry, titled(other, signed_on=None))[number][1]
    assert "similar_title" in alike(registry, titled(titles["ru"] + " (проект)", signed_on=None))[number][1]


def test_years_apart_nothing_is_alike(registry, known):
    number, _, titles = known
    assert number not in alike(registry, titled(titles["ru"], signed_on="2025-01-01"))


def test_other_parties_are_others(registry, known):
    number, signed, titles = known
    sides = memorandum()["sides"]
    sides[1]["members"][0]["party"] = "RUS"
    assert number not in alike(registry, titled(titles["ru"], signed_on=signed, sides=sides))


def test_a_day_of_many_signatures_is_said_as_that(registry, known):
    number, signed, _ = known
    score, reasons = alike(registry, titled("О разведении ежей", signed_on=signed))[number]
    assert reasons == ("same_date", "same_parties")
    assert score < 70


def test_a_file_and_a_number_are_proof(registry, known):
    import hashlib

    from tests.helpers.documents import TEXT, put_in

    number, _, _ = known
    put_in(registry, TEXT, read=False)
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    assert alike(registry, {}, digests=[digest])[number] == (100, ("same_file",))
    with registry.database.read() as session:
        from registry.agreements.models import AgreementNumber

        row = session.scalar(sa.select(AgreementNumber).where(AgreementNumber.scheme != "publication"))
        other = session.scalar(sa.select(Agreement.registry_number).where(Agreement.id == row.agreement_id))
    assert "same_number" in alike(registry, {"numbers": [{"scheme": row.scheme, "value": row.value}]})[other][1]


def test_who_may_not_see_it_is_told_nothing(registry, known):
    number, signed, titles = known
    with registry.database.write("test") as uow:
        from registry.outbox.services import note_changes

        agreement = uow.session.scalar(sa.select(Agreement).where(Agreement.registry_number == number))
        agreement.access = "restricted"
        note_changes(uow.session, [agreement.id])
    content = titled(titles["ru"], signed_on=signed)
    assert number in alike(registry, content)
    assert number not in alike(registry, content, sees=("public",))


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"sides": 5, "titles": {"a": 1}, "signed_on": ["x"], "numbers": [None, {"scheme": 1}]},
        {"sides": [{"members": [{"party": "\0"}, {"party": "KAZ"}]}], "titles": [{"text": "\ud800"}]},
        {"signed_on": "2026-13-45", "titles": [{"text": ""}], "sides": [{"members": [{"party": "KAZ"}]}]},
        {"signed_on": "2999-12-31", "sides": [{"members": [{"party": "KAZ"}, {"party": "BLR"}]}]},
        {"signed_on": "1000", "sides": [{"members": [{"party": "KAZ"}, {"party": "BLR"}]}]},
    ],
)
def test_what_cannot_be_read_is_not_used(registry, content):
    assert isinstance(alike(registry, content), dict)


def test_an_index_is_used(registry, known):
    """No candidate is found by reading all agreements."""
    from sqlalchemy import event

    statements = []

    def note(conn, cursor, statement, parameters, *rest):
        statements.append((statement, parameters))

    event.listen(registry.database.engine, "before_cursor_execute", note)
    numbers = [{"scheme": "legal_database", "value": "Z970000123_"}]
    alike(registry, titled(known[2]["ru"], signed_on=known[1], numbers=numbers), digests=["0" * 64])
    event.remove(registry.database.engine, "before_cursor_execute", note)
    statements = [one for one in statements if one[0].startswith("SELECT")]
    assert len(statements) <= 8
    if registry.database.engine.dialect.name != "sqlite":
        return
    with registry.database.engine.connect() as connection:
        for statement, parameters in statements:
            plan = connection.exec_driver_sql(f"explain query plan {statement}", parameters).all()
            assert not [
                row for row in plan if row[3].startswith(("SCAN agreement", "SCAN side", "SCAN title", "SCAN document"))
            ], plan


def test_what_is_open_already_is_named_to_whom_may_see_it(registry, people):
    first = begin(registry, people.author, memorandum())
    second = begin(registry, people.colleague, memorandum(signed_on="2026-10-07"))
    begin(registry, people.author, memorandum(titles=[{"language": "ru", "text": "О дорогах", "status": "authentic"}]))

    def alike(person, public_id):
        with registry.database.read() as session:
            found = pending_alike(session, person, seen_submission(session, person, public_id).submission)
            return {item.public_id: set(item.reasons) for item in found}

    assert set(alike(people.colleague, second)) >= {first}
    assert {"same_title", "close_date", "same_parties"} <= alike(people.colleague, second)[first]
    foreign = begin(registry, people.stranger, memorandum())
    assert alike(people.stranger, foreign) == {}, "others' drafts are not named"
    hand_in(registry, people.author, first)
    hand_in(registry, people.stranger, foreign)
    assert set(alike(people.officer, foreign)) == {first}, "the office knows all that was handed in, and no draft"
    registered(registry, people.officer, first)
    assert alike(people.officer, foreign) == {}
