"""Whether a file that was sent can hold the text that its sender says: seen by its first and last bytes alone.

Reading it whole takes time, and happens when it belongs to an agreement. A doubt hinders nobody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.core.messages import Message
from registry.documents.extraction import MediaType

if TYPE_CHECKING:
    from registry.documents.storage.interface import Storage

#: Readers look for the end of a PDF within its last 1024 bytes (ISO 32000-1, Annex H).
_END = 1024
_HEAD = 512
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|svg|!doctype svg)", re.IGNORECASE)


def doubt_about(storage: Storage, digest: str, media_type: str) -> Message | None:
    """Return why no text may be readable in a kept file, or None where nothing speaks against it.

    Bytes that are missing are no doubt but an error, which is said elsewhere.
    """
    size = storage.size(digest)
    if size is None:
        return None
    if media_type == MediaType.PDF:
        end = b"".join(storage.read(digest, max(0, size - _END), min(size, _END)))
        if b"%%EOF" not in end:
            return Message(
                N_("The end of this PDF is missing, so that its text may not be readable. Open it and look.")
            )
    if media_type == MediaType.PLAIN and _MARKUP.match(b"".join(storage.read(digest, 0, min(size, _HEAD)))):
        return Message(N_("This is a drawing or data of a program: no text of an agreement can be read in it."))
    return None
