"""Fetching packages for py-rattler, in the process that `conda_child` starts, and checking them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
import urllib.parse
from pathlib import Path
from typing import Any, Sequence

from rattler.package_streaming import download_to_writer

from davos.installers.conda_protocol import Failure, tell

__all__ = ["Fetching"]

_AT_ONCE = 8  # downloads
_CHUNK = 1 << 20
_TOLD_EVERY = 0.2  # seconds
_SEPARATORS = frozenset("/\\:")


class Fetching:
    """Fetches packages; each file's sha256 is compared with that of the channel's index.

    py-rattler takes the files from here: it compares no digest of a file of this machine.
    """

    def __init__(self, request: dict[str, Any], client: Any, records: Sequence[Any]) -> None:
        self.request = request
        self.client = client
        self.records = records
        self.folder = Path(request["downloads"])
        self.total = sum(one.size or 0 for one in records)
        self.done = 0
        self.finished = 0
        self.told = 0.0

    async def run(self) -> list[Path]:
        """Fetch all: the checked files, which the records name afterwards."""
        slots = asyncio.Semaphore(_AT_ONCE)

        async def one_of_many(record: Any) -> None:
            async with slots:
                await self._fetch(record)

        tasks = [asyncio.ensure_future(one_of_many(record)) for record in self.records]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
        return [self.folder / one.file_name for one in self.records]

    async def _fetch(self, record: Any) -> None:
        if record.sha256 is None:
            raise Failure("no digest", package=record.file_name, url=record.url)
        if _SEPARATORS.intersection(record.file_name):
            raise Failure("file name", package=record.file_name)
        path = self.folder / record.file_name
        url = urllib.parse.urlsplit(record.url)
        if self.request["offline"] and url.scheme != "file":
            raise Failure("offline", package=record.file_name, url=record.url)
        self.arrived(record, 0)  # a server may take its time for the first byte
        with path.open("wb") as file:
            writer = Writer(file, record, self)
            await self._written(writer, record, url.scheme)
        if writer.digest != record.sha256.hex():
            raise Failure(
                "hash",
                package=record.file_name,
                url=record.url,
                expected=record.sha256.hex(),
                found=writer.digest,
            )
        self.finished += 1
        self.tell(record)
        record.url = path.as_uri()

    async def _written(self, writer: Writer, record: Any, scheme: str) -> None:
        try:
            if scheme == "file":
                await asyncio.get_running_loop().run_in_executor(None, writer.copy, record.url)
            else:
                await self._watched(download_to_writer(self.client, record.url, writer), writer)
        except Failure:
            raise
        except Exception as error:
            raise Failure("download", str(error), url=record.url) from error

    async def _watched(self, download: Any, writer: Writer) -> None:
        """Wait for a download as long as bytes arrive."""
        task = asyncio.ensure_future(download)
        while not task.done():
            before = writer.size
            await asyncio.wait([task], timeout=self.request["timeout"])
            if not task.done() and writer.size == before:
                task.cancel()
                raise TimeoutError(f"nothing came for {self.request['timeout']} seconds")
        await task

    def tell(self, record: Any) -> None:
        """Tell how far all of it is."""
        tell(
            "fetching",
            package=record.file_name,
            bytes=self.done,
            total=self.total,
            files=self.finished,
            all_files=len(self.records),
        )

    def arrived(self, record: Any, size: int) -> None:
        """Count bytes."""
        self.done += size
        if time.monotonic() - self.told > _TOLD_EVERY:
            self.told = time.monotonic()
            self.tell(record)


class Writer:
    """Writes the bytes of a package and computes their digest."""

    def __init__(self, file: Any, record: Any, fetching: Fetching) -> None:
        self._file = file
        self._record = record
        self._fetching = fetching
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def digest(self) -> str:
        """The sha256 of what was written."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """Write some bytes; a file may not be longer than the index says."""
        self.size += len(data)
        if self._record.size is not None and self.size > self._record.size:
            raise OSError(f"the file is longer than {self._record.size} bytes")
        self._hash.update(data)
        self._file.write(data)
        self._fetching.arrived(self._record, len(data))
        return len(data)

    def copy(self, url: str) -> None:
        """Write a file of this machine."""
        with open(_path_of(url), "rb") as source:  # noqa: PTH123 - a path as text
            for chunk in iter(lambda: source.read(_CHUNK), b""):
                self._hash.update(chunk)
                self._file.write(chunk)
                self._fetching.arrived(self._record, len(chunk))


def _path_of(url: str) -> str:
    """The path of a `file:` URL, as `urllib.request.url2pathname` has it, which loads much."""
    path = urllib.parse.urlsplit(url).path
    if os.name == "nt":
        from nturl2path import url2pathname  # noqa: PLC0415 - not of other systems

        return str(url2pathname(path))
    return urllib.parse.unquote(path)
