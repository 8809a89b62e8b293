"""What an address of e-mail may be (RFC 5322, 3.4.1), for whoever keeps one or sends to one."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr

MAX_ADDRESS = 254

#: Control characters, of which a line break in a header would begin another header.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def is_address(text: str) -> bool:
    """Return whether a text is one plain address (`name@host`), without a display name or anything around."""
    if len(text) > MAX_ADDRESS or CONTROLS.search(text):
        return False
    try:
        address = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return bool(address.username and address.domain) and address.addr_spec == text


def is_sender(text: str) -> bool:
    """Return whether a text is one address, with a display name or without (`Registry <registry@example.org>`)."""
    return not CONTROLS.search(text) and is_address(parseaddr(text)[1])
