"""The log of all letters between two operators: a file to which each is added as it comes.

An entry is a mark, its length and its bytes. What a process that was killed left half written is
cut off when the file is opened again.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scenarios.findings import Finding, InvalidInput

QUESTION, ANSWER, SILENCE, NOTE = b"Q", b"A", b"-", b"!"
MARKS = (QUESTION, ANSWER, SILENCE, NOTE)
_HEAD = struct.Struct(">cI")
MOST_ENTRY = 16_000_000
MOST_BYTES = 200_000_000


@dataclass(frozen=True)
class Entry:
    """One letter, why none came, or a note of what was refused."""

    mark: bytes
    body: bytes


class Full(RuntimeError):
    """No more fits into the log."""


class Journal:
    """A log that is written; `entries` are those that it held when it was opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.entries = list(read_journal(path)) if path.exists() else []
        whole = sum(_HEAD.size + len(entry.body) for entry in self.entries)
        self._file: BinaryIO = path.open("ab")
        self._file.truncate(whole)
        self._bytes = whole

    def add(self, mark: bytes, body: bytes) -> None:
        """Write an entry, so that it outlasts the process; raises Full and OSError."""
        self._bytes += _HEAD.size + len(body)
        if self._bytes > MOST_BYTES or len(body) > MOST_ENTRY:
            raise Full
        self._file.write(_HEAD.pack(mark, len(body)) + body)
        self._file.flush()

    def close(self) -> None:
        """Let go of the file, once the disk has it."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()


def read_journal(path: Path) -> Iterator[Entry]:
    """The whole entries of a log, the last one left out where it is cut short.

    Raises InvalidInput where the file is no log.
    """
    with path.open("rb") as file:
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            mark, size = _HEAD.unpack(head)
            if mark not in MARKS or size > MOST_ENTRY:
                raise _no_log(path)
            body = file.read(size)
            if len(body) < size:
                return
            yield Entry(mark, body)


def _no_log(path: Path) -> InvalidInput:
    finding = Finding(str(path), "it is no log of letters", "name one that a run has left")
    return InvalidInput("the log", [finding])
