"""Hands for tests of pages in a browser."""

from __future__ import annotations

import pytest


class Keyboard:
    """Hands that never leave the keyboard."""

    def __init__(self, opened):
        self.page = opened

    def go_to(self, selector):
        """Press Tab until the focus is where it is wanted."""
        for _ in range(400):
            if self.page.evaluate("wanted => document.activeElement?.matches(wanted) ?? false", selector):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"the keyboard does not reach {selector}")

    def type(self, selector, text):
        self.go_to(selector)
        self.page.keyboard.type(text)

    def press(self, selector, key="Enter"):
        self.go_to(selector)
        self.page.keyboard.press(key)

    def choose(self, selector, value):
        """Go to a list or a group of choices and press the arrow until the wanted one is chosen."""
        self.go_to(selector)
        for _ in range(60):
            chosen = self.page.evaluate(
                "() => { const at = document.activeElement; return at.type === 'radio' && !at.checked ? null : at.value; }"
            )
            if chosen == value:
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"the arrow does not reach {value} in {selector}")
