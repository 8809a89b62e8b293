"""What no record may say: acts of the future and bodies of another party."""

from __future__ import annotations

from datetime import date

import pytest

from registry.core.edtf import PartialDate
from registry.lifecycle.checks import record_problems

TODAY = date(2026, 11, 24)
BODIES = {"kaz-ministry-of-finance": "KAZ", "blr-ministry-of-health": "BLR"}


def side(party, body=None):
    return {"level": "ministries", "members": [{"party": party, **({"body": body} if body else {})}]}


@pytest.mark.parametrize(
    ("content", "paths"),
    [
        ({"signed_on": "2026-11-24"}, []),
        ({"signed_on": "2026-11-25"}, ["signed_on"]),
        ({"signed_on": PartialDate.parse("2031")}, ["signed_on"]),
        # Of a month that has begun nobody can say that it lies in the future.
        ({"signed_on": "2026-11"}, []),
        ({"signed_on": "2026-12"}, ["signed_on"]),
        ({"signed_on": "soon"}, []),
        ({"signed_on": 2031}, []),
        ({"signing_date_range": ["2026-01", "2031-01-01"]}, ["signing_date_range.1"]),
        ({"signatures": [{"signed_on": "2026-11-01"}, {"signed_on": "2027-01-01"}]}, ["signatures.1.signed_on"]),
        ({"actions": [{"kind": "ratification", "on": "2027-01-01"}]}, ["actions.0.on"]),
        ({"actions": [{"kind": "denunciation", "on": "2026-11-01", "effective_on": "2027-05-01"}]}, []),
        ({"actions": [{"kind": "entry_into_force", "on": "2027-01-01"}]}, []),
        ({"actions": [{"kind": "provisional_application", "on": "2027-01-01"}]}, []),
        ({"sides": [side("KAZ", "kaz-ministry-of-finance"), side("BLR", "blr-ministry-of-health")]}, []),
        ({"sides": [side("KAZ"), side("BLR", "kaz-ministry-of-finance")]}, ["sides.1.members.0.body"]),
        ({"sides": [side("KAZ", "no-such-body")]}, []),
        ({"signatures": [{"party": "BLR", "body": "kaz-ministry-of-finance"}]}, ["signatures.0.body"]),
        ({"sides": "none", "signatures": [3], "actions": {"kind": 1}}, []),
    ],
)
def test_what_no_record_may_say(content, paths):
    assert [path for path, _ in record_problems(content, TODAY, BODIES)] == paths
