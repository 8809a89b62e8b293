"""The bundled agreements, as they stand in a registry after `registry init`."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from registry.agreements.models import Agreement, Side, Source
from registry.agreements.queries import agreements_by_ids
from registry.interchange.bundle import bundled_files
from registry.interchange.imports import import_file
from registry.lifecycle.dossier import dossier_by_number, dossiers_of
from registry.lifecycle.services import Outcome
from registry.lifecycle.vocabulary import Status
from registry.runtime import set_up
from registry.search.listing import list_agreements
from registry.search.overview import holdings
from registry.search.schemas import ListRequest, ListRequestSchema
from registry.search.services import find


def number_of(session, reference):
    return session.scalar(select(Agreement.registry_number).where(Agreement.reference == reference))


def test_every_record_has_a_source_with_words_and_every_fact_names_one_of_its_sources(registry):
    with registry.database.read() as session:
        without = session.scalars(
            select(Agreement.reference).where(
                ~select(Source.id).where(Source.agreement_id == Agreement.id, Source.quote.is_not(None)).exists()
            )
        ).all()
    assert without == []


def test_setting_up_again_changes_nothing(registry):
    with registry.database.read() as session:
        before = session.scalar(select(func.max(Agreement.revision)))
    done = set_up(registry)
    assert (done.migrated, done.loaded, done.index) == (False, 0, "current")
    for _, file in bundled_files():
        report = import_file(registry.database, file, home_party="KAZ", actor="test")
        assert report.problems == []
        assert report.count(Outcome.UNCHANGED) == len(file.rows)
    with registry.database.read() as session:
        assert session.scalar(select(func.max(Agreement.revision))) == before == 1


def test_the_numbers_of_each_series_have_no_gap(registry):
    with registry.database.read() as session:
        numbers = session.scalars(select(Agreement.registry_number)).all()
    series = {}
    for number in numbers:
        counterpart, year, running = number.split("-")
        series.setdefault((counterpart, year), []).append(int(running))
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in series.values())
    assert {counterpart for counterpart, _ in series} == {"BLR"}


def test_counts_agree_between_home_page_database_and_facets(registry):
    today = registry.clock.today()
    with registry.database.read() as session:
        counted = holdings(session, today)
        facets = list_agreements(session, ListRequest(), today, columns=registry.columns.current()).facets
        by_level = dict(
            session.execute(select(Side.level, func.count(Side.agreement_id.distinct())).group_by(Side.level)).all()
        )
        total = session.scalar(select(func.count(Agreement.id)))
    assert {value.value: value.count for value in facets["level"]} == counted.levels == by_level
    assert {value.value: value.count for value in facets["status"]} == counted.statuses
    assert {value.value: value.count for value in facets["proof"]} == counted.proofs
    assert sum(counted.statuses.values()) == sum(counted.proofs.values()) == counted.total == total
    assert counted.announced == counted.proofs["announced_only"] > 0
    # No agreement is concluded at two levels here, so that the parts make the whole.
    state_levels = counted.total - counted.levels["other"] - counted.announced
    assert counted.signed_at_state_levels == state_levels


@pytest.mark.parametrize("facet", ["level", "kind", "subject", "status", "party", "body", "decade", "proof"])
def test_choosing_a_value_of_a_facet_gives_as_many_as_it_promised(registry, facet):
    today = registry.clock.today()
    with registry.database.read() as session:
        for base in (
            {},
            {"q": "сотрудничество"},
            {"level": ["governments"], "signed_from": "1995"},
            {"in_force_on": "1998-01-01"},
            {"on": "2006-06-06", "q": "-протокол"},
        ):
            answer = find(session, registry.index, registry.columns, ListRequestSchema().load(base), today)
            for value in answer.listing.facets[facet]:
                chosen = {**base, facet: [value.value]}
                found = find(session, registry.index, registry.columns, ListRequestSchema().load(chosen), today)
                assert found.listing.total == value.count, (base, facet, value.value)


@pytest.mark.parametrize(
    "words",
    [
        "двойного налогообложения",
        "double taxation",
        "избежание двойное налогообложение",
        '"избежании двойного налогообложения"',
    ],
)
def test_the_double_taxation_agreement_comes_first(registry, words):
    with registry.database.read() as session:
        answer = find(
            session, registry.index, registry.columns, ListRequestSchema().load({"q": words}), registry.clock.today()
        )
        assert agreements_by_ids(session, answer.listing.ids[:1], whole=False)[0].reference == "kzby-014"


STATUS = [
    # reference, day, status, why (the article of the agreement or of the Vienna Convention)
    ("kzby-009", "1998-07-30", "not_in_force", "Art. 6: thirtieth day after the exchange of ratifications"),
    ("kzby-009", "1998-07-31", "in_force", "Art. 6"),
    ("kzby-009", "2026-11-24", "in_force", "Art. 7: renewed every five years"),
    ("kzby-012", "1998-07-01", "not_in_force", "Art. 19"),
    ("kzby-012", "1998-07-02", "in_force", "Art. 19"),
    ("kzby-014", "1998-01-01", "in_force", "Art. 28"),
    ("kzby-005", "1998-01-01", "in_force", "VCLT Art. 59: ended only by the agreement of 2004"),
    ("kzby-005", "2006-06-05", "in_force", "Art. 20 of the agreement of 2004"),
    ("kzby-005", "2006-06-06", "terminated", "Art. 20 of the agreement of 2004"),
    ("kzby-027", "2006-06-06", "in_force", "Art. 20"),
    ("kzby-001", "2000-01-01", "unknown", "no source gives its entry into force"),
    ("kzby-002", "1992-09-16", "in_force", "VCLT Art. 24(1): on signature"),
    ("kzby-002", "2020-01-01", "unknown", "its clause on duration was not seen"),
    ("kzby-069", "2020-01-01", "unknown", "its signing was not seen"),
    ("kzby-059", "2024-06-01", "unknown", "no source gives its entry into force"),
    ("kzby-059", "2025-01-01", "terminated", "VCLT Art. 54(a): the plan was for 2024"),
]


@pytest.mark.parametrize(("reference", "day", "status", "why"), STATUS)
def test_status_on_a_day(registry, reference, day, status, why):
    on = date.fromisoformat(day)
    with registry.database.read() as session:
        dossier = dossier_by_number(session, number_of(session, reference), on)
        asked = ListRequest(on=on, status=(status,), per_page=100)
        ids = list_agreements(session, asked, registry.clock.today()).ids
        listed = {item.reference for item in agreements_by_ids(session, ids, whole=False)}
    assert dossier.period.status == status, why
    assert dossier.reasons, "every answer explains itself"
    # The stored rows, which the list asks, say the same as the rules.
    assert reference in listed


def test_in_force_on_a_day_lists_what_the_rules_say_and_nothing_else(registry):
    today = registry.clock.today()
    with registry.database.read() as session:
        ids = session.scalars(select(Agreement.id)).all()
        for day in (date(1993, 1, 1), date(1998, 1, 1), date(2009, 12, 31), date(2015, 7, 3), today):
            asked = ListRequest(in_force_on=day, per_page=100)
            listed = set(list_agreements(session, asked, today).ids)
            dossiers = dossiers_of(session, agreements_by_ids(session, ids, whole=True), day)
            assert listed == {item.agreement.id for item in dossiers if item.period.status == "in_force"}
            for status in Status:
                # A status that is asked for beside the day is that of the day, whichever argument names it.
                wanted = {item.agreement.id for item in dossiers if item.period.status == status}
                for name in ("in_force_on", "on"):
                    given = ListRequestSchema().load({name: day.isoformat(), "status": [status], "per_page": 100})
                    assert set(list_agreements(session, given, today).ids) == wanted, (name, day, status)


def test_announced_agreements_are_never_in_force_and_say_why(registry):
    with registry.database.read() as session:
        asked = ListRequest(proof=("announced_only",), per_page=100)
        ids = list_agreements(session, asked, registry.clock.today()).ids
        announced = agreements_by_ids(session, ids, whole=False)
        assert {"kzby-069", "kzby-072"} <= {item.reference for item in announced}
        for agreement in announced:
            dossier = dossier_by_number(session, agreement.registry_number, registry.clock.today())
            assert (dossier.period.status, dossier.period.reason) == ("unknown", "signature_not_seen")


def test_article_counts_agree_with_the_texts(registry, texts_folder):
    import re

    with registry.database.read() as session:
        records = session.execute(
            select(Agreement.reference, Agreement.article_count).where(Agreement.article_count.is_not(None))
        ).all()
    assert len(records) >= 15
    for reference, count in records:
        text = (texts_folder / f"{reference}.ru.txt").read_text(encoding="utf-8")
        numbers = {int(found) for found in re.findall(r"^Статья\s+(\d+)", text, re.MULTILINE)}
        assert count == max(numbers), reference


def test_the_documents_say_how_many_there_are(registry):
    from pathlib import Path

    root = Path(__file__).parents[2]
    with registry.database.read() as session:
        counted = holdings(session, registry.clock.today())
    readme = " ".join((root / "README.md").read_text(encoding="utf-8").split())
    assert f"holds {counted.total} records: {counted.signed_at_state_levels} agreements" in readme
    assert f"{counted.announced} that were only announced" in readme
    assert f"{counted.levels['other']} of other bodies" in readme
    table = (root / "registry" / "data" / "README.md").read_text(encoding="utf-8")
    for name, level in (
        ("heads of state", "heads_of_state"),
        ("governments", "governments"),
        ("ministries and agencies", "ministries"),
        ("other bodies", "other"),
    ):
        with registry.database.read() as session:
            proofs = {
                value.value: value.count
                for value in list_agreements(
                    session,
                    ListRequest(level=(level,)),
                    registry.clock.today(),
                    columns=registry.columns.current(),
                ).facets["proof"]
            }
        kinds = ("official_text", "cited_in_agreement", "press", "data_set", "announced_only")
        cells = [proofs.get(kind, 0) for kind in kinds]
        assert f"| {name} | {' | '.join(map(str, [*cells, sum(cells)]))} |" in table
