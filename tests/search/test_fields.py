"""Every field of the query language, with every form of what can be asked of it."""

from __future__ import annotations

import pytest

from registry.search.query_language.grammar import parse
from registry.search.query_language.tree import read_as
from registry.search.query_language.vocabulary import FIELDS, VALUES

_FORMS = (
    "{field}:соглашение",
    '{field}:"о сотрудничестве"',
    '{field}:"о сотрудничестве"~3',
    "{field}:соглаш*",
    "{field}:согл*шен?е",
    "{field}:соглашение~",
    '{field}:(соглашение OR "о торговле" NOT протокол)',
    'article:({field}:"о сотрудничестве")',
    "{field}:17.01.1996",
)
_OPEN_FIELDS = sorted(name for name, field in FIELDS.items() if field not in VALUES and field != "signed")


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize("field", _OPEN_FIELDS)
def test_every_field_takes_every_form(registry, field, form):
    node = parse(form.format(field=field))
    registry.index.search(node)
    assert read_as(parse(read_as(node))) == read_as(node)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ('title:"об избежании двойного налогообложения"', "BLR-1997-001"),
        ('название:"об избежании двойного налогообложения"', "BLR-1997-001"),
    ],
)
def test_a_phrase_of_a_field_is_found(client, query, number):
    found = client.get("/api/v1/agreements", query_string={"q": query}).get_json()
    assert number in {item["registry_number"] for item in found["items"]}
    assert found["total"] < 20
