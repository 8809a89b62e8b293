"""How many examples Hypothesis tries: a developer's run stays short, `.ci/run` tries all of them."""

from __future__ import annotations

import os

from hypothesis import settings

#: `.ci/run` sets it for all that it runs.
IS_CI = bool(os.environ.get("CI"))
_SHARE = 1 if IS_CI else 4


def examples(count):
    """Return how many of `count` examples are tried here."""
    return max(2, count // _SHARE)


def load_profile():
    """Let tests that say nothing else try this many; a machine that has other things to do is no failure."""
    settings.register_profile("registry", max_examples=examples(100), deadline=None)
    settings.load_profile("registry")
