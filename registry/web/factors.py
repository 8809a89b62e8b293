"""What pages of the second factor share: the key that opens its secrets, and the drawing of a QR code."""

from __future__ import annotations

import io

import segno

from registry.accounts.second_factors import PURPOSE
from registry.core.sealing import Sealer
from registry.http.context import current_registry


def sealer() -> Sealer:
    """Return the key of this registry by which secrets of second factors are sealed."""
    return Sealer(current_registry().settings.secret_key, PURPOSE)


def qr_code(text: str) -> str:
    """Return a QR code as SVG that can stand in a page: without styles, in the colours that scanners expect."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(
        drawn,
        kind="svg",
        scale=5,
        border=4,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgns=True,
        svgclass="qr",
        lineclass=None,
    )
    return drawn.getvalue().decode()
