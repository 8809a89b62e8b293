"""What a test needs of the machine: a developer may lack it, the run that decides about a change may not."""

from __future__ import annotations

import os

import pytest


def lacking(reason):
    """Skip the test, or fail it in CI, where a skip would pass for a proof."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI needs it: {reason}")
    pytest.skip(reason)
