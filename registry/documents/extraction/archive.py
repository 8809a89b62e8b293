"""Opens the archives that Word and OpenDocument files are, and reads no more of them than the limits allow."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Self

from registry.core.i18n import N_
from registry.documents.extraction.results import UnreadableDocumentError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

#: The record at the end of an archive (APPNOTE 4.3.16), the longest comment after it, and the mark of Zip64 before it.
_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_ZIP64_MARK = b"PK\x06\x07"
_ZIP64_LOCATOR = 20
_LONGEST_COMMENT = 65_535
#: No document has more parts, nor a longer list of them; the list is read whole, so it is bounded first.
_MOST_PARTS = 5000
_LONGEST_LIST = 1024 * 1024
_MB = 1024 * 1024
_ENCRYPTED = 0x1

_DAMAGED = N_("The file is damaged or cut off: it is an archive that cannot be opened. Save it anew and send it again.")


class Archive:
    """An archive that was checked. Archives within it are never opened.

    Use it in a `with` statement. Raises `UnreadableDocumentError` for one that is damaged, has too many parts, or
    holds more than `unpacked` bytes: by what it says of itself at once, and by what it really holds while it is read.
    """

    def __init__(self, path: Path, unpacked: int) -> None:
        """Open the archive at `path`."""
        self._unpacked = self._left = unpacked
        _check_list(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError) as error:
            raise UnreadableDocumentError(_DAMAGED) from error
        self._parts = {part.filename: part for part in self._zip.infolist()}
        if sum(part.file_size for part in self._zip.infolist()) > unpacked:
            self._zip.close()
            self._too_large()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all parts."""
        return frozenset(self._parts)

    def read(self, name: str) -> bytes:
        """Return the bytes of a part. Raises KeyError for one that is not there."""
        part = self._parts[name]
        if part.flag_bits & _ENCRYPTED:
            raise UnreadableDocumentError(N_("The file is protected by a password. Save it without one."))
        try:
            with self._zip.open(part) as stream:
                data = stream.read(self._left + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise UnreadableDocumentError(_DAMAGED) from error
        self._left -= len(data)
        if self._left < 0:
            self._too_large()
        return data

    def _too_large(self) -> None:
        raise UnreadableDocumentError(
            N_("The file unpacks to more than %(most)s MB and was not opened."), most=self._unpacked // _MB
        )


def _check_list(path: Path) -> None:
    """Refuse an archive whose list of parts is missing, or too long to be read without care."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - _LONGEST_COMMENT - _END.size - _ZIP64_LOCATOR, 0))
        tail = file.read()
    place = tail.rfind(_END_MARK)
    if place < 0 or len(tail) < place + _END.size:
        raise UnreadableDocumentError(_DAMAGED)
    parts, length = _END.unpack_from(tail, place)[4:6]
    if (
        tail[max(place - _ZIP64_LOCATOR, 0) : place].startswith(_ZIP64_MARK)
        or parts > _MOST_PARTS
        or length > _LONGEST_LIST
    ):
        raise UnreadableDocumentError(N_("The file is an archive with more parts than any document has."))
