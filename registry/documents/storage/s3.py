"""Documents as objects of an S3-compatible service, by boto3 (the extra `s3`)."""

from __future__ import annotations

import base64
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from registry.core.i18n import N_
from registry.documents.storage.interface import QUARANTINE, Chunks, StorageError, StoredFile, missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from registry.documents.storage.spool import Incoming, Spool

_DIGEST = re.compile(r"[0-9a-f]{64}")
#: The answers of services to a conditional request: it exists already, and it is just being written by another.
_EXISTS, _BEING_WRITTEN = "PreconditionFailed", "ConditionalRequestConflict"
_NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})
_ATTEMPTS = 4


class S3Storage:
    """Keeps documents in a bucket, under a prefix, with the same names as the folder storage."""

    def __init__(self, bucket: str, prefix: str, endpoint: str, spool: Spool) -> None:
        """Make a client; credentials and region are found where boto3 looks for them. Nothing is asked yet."""
        self.spool = spool
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        style = {"addressing_style": "path"} if endpoint else {}
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            config=Config(
                connect_timeout=10, read_timeout=60, retries={"max_attempts": _ATTEMPTS, "mode": "standard"}, s3=style
            ),
        )

    def keep(self, incoming: Incoming) -> None:
        """Write an object unless it is there, with its checksum, which the service compares; see `Storage`."""
        digest = incoming.digest
        for attempt in range(_ATTEMPTS):
            incoming.seek(0)
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._key(digest),
                    Body=incoming,
                    ContentLength=incoming.size,
                    ChecksumSHA256=base64.b64encode(bytes.fromhex(digest)).decode(),
                    IfNoneMatch="*",
                )
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == _EXISTS:
                    return
                if code != _BEING_WRITTEN or attempt == _ATTEMPTS - 1:
                    raise _refused(error) from error
            except BotoCoreError as error:
                raise _refused(error) from error
            else:
                return

    def size(self, digest: str) -> int | None:
        """Ask for the head of an object; see `Storage`."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=self._key(digest))
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_THERE:
                return None
            raise _refused(error) from error
        except BotoCoreError as error:
            raise _refused(error) from error
        size: int = head["ContentLength"]
        return size

    def read(self, digest: str, start: int = 0, length: int | None = None) -> Chunks:
        """Ask for an object or a range of it; see `Storage`."""
        last = "" if length is None else str(start + length - 1)
        # A range of no bytes cannot be asked for; then nothing is read of the whole.
        wanted = {"Range": f"bytes={start}-{last}"} if (start or last) and length != 0 else {}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(digest), **wanted)
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_THERE:
                raise missing(digest) from error
            raise _refused(error) from error
        except BotoCoreError as error:
            raise _refused(error) from error
        return Chunks(answer["Body"], length)

    @contextmanager
    def local(self, digest: str) -> Iterator[Path]:
        """Bring an object to a temporary file; see `Storage`."""
        with self.spool.receive() as copy:
            for data in self.read(digest):
                copy.write(data)
            copy.settle()
            yield copy.path

    def stored(self) -> Iterator[StoredFile]:
        """List the objects below the prefix; see `Storage`."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        try:
            for page in pages:
                for entry in page.get("Contents", ()):
                    path = entry["Key"].removeprefix(self._prefix)
                    if path.startswith(f"{QUARANTINE}/"):
                        continue
                    name = path.rpartition("/")[2]
                    is_ours = _DIGEST.fullmatch(name) and self._key(name) == entry["Key"]
                    yield StoredFile(name if is_ours else path, entry["Size"], entry["LastModified"].astimezone(UTC))
        except (ClientError, BotoCoreError) as error:
            raise _refused(error) from error

    def set_aside(self, key: str) -> None:
        """Move an object below `quarantine/`; see `Storage`."""
        source = self._key(key)
        target = f"{self._prefix}{QUARANTINE}/{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{source.rpartition('/')[2]}"
        try:
            self._client.copy_object(
                Bucket=self._bucket, Key=target, CopySource={"Bucket": self._bucket, "Key": source}
            )
            self._client.delete_object(Bucket=self._bucket, Key=source)
        except (ClientError, BotoCoreError) as error:
            raise _refused(error) from error

    def _key(self, key: str) -> str:
        return f"{self._prefix}{key[:2]}/{key[2:4]}/{key}" if _DIGEST.fullmatch(key) else f"{self._prefix}{key}"


def _refused(error: Exception) -> StorageError:
    return StorageError(N_("The storage of documents does not answer as it should: %(reason)s"), reason=error)
