"""What a real browser says of a page: for whom it has barriers, and whether it is wider than its screen."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

#: Of what is in order axe would write down every node, which takes longer than to look at it.
_ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}


def violations(page):
    """Return each rule of axe that the page breaks, with the first nodes that do."""
    found = Axe().run(page, options=_ONLY_WHAT_IS_WRONG).response["violations"]
    return [(item["id"], [node["html"][:120] for node in item["nodes"]][:3]) for item in found]


def too_wide(page):
    """Return by how many pixels the page is wider than its screen, or 0."""
    return max(0, page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
