"""The ends of the calendar, names in other spellings, and articles that are named by their number alone."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30", "1000-01-01"])
@pytest.mark.parametrize(
    "address",
    [
        "/agreements?in_force_on={day}",
        "/agreements?on={day}",
        "/agreements/BLR-1997-001?on={day}",
        "/api/v1/agreements?in_force_on={day}&per_page=100",
        "/api/v1/agreements?on={day}&per_page=100",
        "/api/v1/agreements/BLR-1997-001?on={day}",
        "/feed.atom?in_force_on={day}",
    ],
)
def test_the_ends_of_the_calendar_are_answered(client, address, day):
    assert client.get(address.format(day=day)).status_code == 200


@pytest.mark.parametrize("name", ["Лукашенко", "Lukashenka", "Лукашэнка", "Lukashenko"])
def test_a_person_is_found_in_every_spelling(client, name):
    answer = client.get("/api/v1/agreements", query_string={"q": f"person:{name}"}).get_json()
    expected = client.get("/api/v1/agreements", query_string={"q": "person:Лукашенко"}).get_json()
    assert answer["total"] == expected["total"] > 0
    assert [item["registry_number"] for item in answer["items"]] == [
        item["registry_number"] for item in expected["items"]
    ]


def test_person_finds_no_other_name(client):
    answer = client.get("/api/v1/agreements", query_string={"q": "person:Sidorenko"}).get_json()
    assert answer["total"] == 0
