"""Files as received, each opened once while a command works on a plan folder: its checksum and its cells are of the same bytes.

Outside the block of `opened_once` a file is opened whenever it is asked for, and is as it stands then.
"""

import errno
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

LARGEST_TEXT = 1_500_000_000  # bytes; ten million incidents fit, a file of 2 GB is refused unread
HELD = 64_000_000  # bytes of all files that are held; one that does not fit stays open, and its checksum is made while it is read


KEPT = 100_000  # bytes of one file that cost nothing to hold to the end, such as a register or a source.toml


class _File:
    """One received file: its content or, where that is too large, the open file; and its checksum once that is known."""

    def __init__(self, path: Path, room: int):
        self.stream: io.BufferedReader | None = path.open("rb")
        self.content: bytes | None = None
        self.sha256 = ""
        if os.fstat(self.stream.fileno()).st_size <= room:
            content = self.stream.read()
            self.sha256 = hashlib.sha256(content).hexdigest()
            self.close()
            self.content = content

    def opened(self) -> io.BufferedIOBase:
        """The file from its first byte."""
        return io.BufferedReader(_Large(self)) if self.content is None else io.BytesIO(self.content)

    def close(self) -> None:
        """Let the file and its content go; the checksum stays."""
        if self.stream is not None:
            self.stream.close()
        self.stream = self.content = None


class _Large(io.RawIOBase):
    """A file read without being held; whoever reads it to its end has made its checksum. Raises `OSError` where it is another than before."""

    def __init__(self, file: _File):
        self.file, self.place, self.hash = file, 0, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if (stream := self.file.stream) is None:
            raise ValueError("I/O operation on a file that was let go")
        stream.seek(self.place)
        size = stream.readinto(buffer)
        self.hash.update(memoryview(buffer)[:size])
        self.place += size
        if not size:
            before, self.file.sha256 = self.file.sha256, self.hash.hexdigest()
            if before not in ("", self.file.sha256):
                raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
        return size


_files: ContextVar[dict[Path, _File] | None] = ContextVar("files", default=None)


@contextmanager
def opened_once() -> Iterator[None]:
    """Open each received file at most once within the block, which may hold other such blocks."""
    if _files.get() is not None:
        yield
        return
    token = _files.set({})
    try:
        yield
    finally:
        let_go(larger_than=-1)
        _files.reset(token)


def let_go(larger_than: int = KEPT) -> None:
    """Hold no long content any more, as every file was read; short ones and checksums are kept to the end of the block."""
    for file in (_files.get() or {}).values():
        if file.content is None or len(file.content) > larger_than:
            file.close()


def _file(files: dict[Path, _File], path: Path) -> _File:
    """A file that was opened in this block, else opened now."""
    path = path.absolute()
    if path not in files:
        files[path] = _File(path, HELD - sum(len(file.content or b"") for file in files.values()))
    return files[path]


def opened(path: Path) -> io.BufferedIOBase:
    """A received file to be read from its first byte."""
    if (files := _files.get()) is None:
        return path.open("rb")
    if (file := _file(files, path)).stream is None and file.content is None:  # let go: whoever reads on opens it again
        del files[path.absolute()]
        file = _file(files, path)
    return file.opened()


def content(path: Path) -> bytes:
    """All bytes of a received file."""
    with opened(path) as stream:
        return stream.read()


def sha256(path: Path) -> str:
    """A received file's checksum; empty for a file too large to be a delivery."""
    if path.stat().st_size > LARGEST_TEXT:
        return ""
    files = _files.get()
    if files is not None and (known := _file(files, path).sha256):
        return known
    with opened(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
