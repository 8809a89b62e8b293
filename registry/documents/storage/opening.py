"""Opens the storage that the settings name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from registry.core.errors import ConfigurationError
from registry.core.i18n import N_
from registry.documents.storage.folder import FolderStorage
from registry.documents.storage.spool import Spool

if TYPE_CHECKING:
    from registry.config import Settings
    from registry.documents.storage.interface import Storage


def open_storage(settings: Settings) -> Storage:
    """Return the storage of a registry. Nothing is read or written yet.

    Raises `ConfigurationError` for an address that is none, or when what it needs is not installed.
    """
    address = settings.documents_storage
    folder = settings.instance / "documents"
    if not address:
        return FolderStorage(folder)
    parts = urlsplit(address)
    if parts.scheme == "s3" and parts.netloc:
        try:
            from registry.documents.storage.s3 import S3Storage  # noqa: PLC0415  Its library is an extra.
        except ModuleNotFoundError as error:
            raise ConfigurationError(
                N_("REGISTRY_DOCUMENTS_STORAGE names S3, and the extra “s3” (boto3) is not installed.")
            ) from error
        return S3Storage(parts.netloc, parts.path, settings.documents_endpoint, Spool(folder / "incoming"))
    if parts.scheme:
        raise ConfigurationError(
            N_("REGISTRY_DOCUMENTS_STORAGE: write a folder or s3://bucket/prefix, not “%(value)s”."), value=address
        )
    return FolderStorage(Path(address).resolve())
