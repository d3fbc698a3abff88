"""What travels between two operators: one Arrow table of numbers, and a few words about it.

The table has the columns of the result table `message`; words stand in its schema's metadata. A
letter names the one before it by its hash, so that neither side can change what was said.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from market.carriers.elsewhere.flatbuffer import is_compressed
from scenarios.quantity import arrow_schema
from scenarios.results import Message

VERSION = 1
MOST_BYTES = 8_000_000  # of a letter
MOST_WORDS_BYTES = 100_000
MOST_ROWS = 200_000
NAME = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
HASH = re.compile(r"([0-9a-f]{64})?")
SESSION = re.compile(r"[0-9a-f]{32}")
KEY = b"tandem"
ANSWER, FAILED, REFUSED = "answer", "failed", "refused"  # kinds of letters that go back
TERMS = "terms."  # before words that are a clearing's terms
SCHEMA = pa.schema([column.remove_metadata() for column in arrow_schema(Message)])

Word = str | bool | int | float | None | list[str]


class Malformed(ValueError):
    """Bytes that are no letter; the text says why in words that tell nothing else."""


@dataclass(frozen=True)
class Letter:
    """A question or an answer; `number` counts the questions of a session between two operators.

    `clearing` names the clearing that it belongs to, `before` is the hash of the letter that it
    follows. `numbers` is a table of the columns of `message`.
    """

    kind: str
    sender: str
    session: str
    clearing: str
    number: int
    before: str
    words: Mapping[str, Word] = field(default_factory=dict)
    numbers: pa.Table = field(default_factory=SCHEMA.empty_table)

    def written(self) -> bytes:
        """The letter as bytes; raises Malformed where it is larger than letters may be."""
        head = {"version": VERSION, **{n: getattr(self, n) for n in _HEAD}, "words": self.words}
        text = json.dumps(head, allow_nan=False).encode()
        table = self.numbers.replace_schema_metadata({KEY: text})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
        body = bytes(sink.getvalue())
        if len(body) > MOST_BYTES or len(text) > MOST_WORDS_BYTES or table.num_rows > MOST_ROWS:
            raise Malformed("it is too large")
        return body


_HEAD = ("kind", "sender", "session", "clearing", "number", "before")


def hash_of(body: bytes) -> str:
    """SHA-256 of a letter."""
    return hashlib.sha256(body).hexdigest()


def read_letter(body: bytes) -> Letter:
    """The letter that the bytes hold; raises Malformed, whatever they are."""
    if len(body) > MOST_BYTES:
        raise Malformed("it is too large")
    try:
        table = _table(body)
        head = json.loads(table.schema.metadata[KEY])
    except Malformed:
        raise
    except Exception:  # whatever another's bytes make a reader raise, they are no letter
        raise Malformed("it is no Arrow table with a heading") from None
    _check_head(head)
    return Letter(**{n: head[n] for n in _HEAD}, words=head["words"], numbers=table)


def _table(body: bytes) -> pa.Table:
    """The table in a plain Arrow stream; its shape is looked at before its rows."""
    buffer = pa.py_buffer(body)
    _check_parts(pa.ipc.MessageReader.open_stream(buffer))
    reader = pa.ipc.open_stream(buffer)
    schema = reader.schema
    if not schema.equals(SCHEMA) or len((schema.metadata or {}).get(KEY, b"")) > MOST_WORDS_BYTES:
        raise Malformed("its columns are not those of a letter")
    table = reader.read_all()
    table.validate(full=True)
    if table.num_rows > MOST_ROWS or any(c.null_count for c in _whole(table)):
        raise Malformed("it has too many rows, or empty ones")
    if np.isnan(table["value"].to_numpy()).any():
        raise Malformed("it holds what is no number")
    return table


def _check_parts(reader: Any) -> None:
    """Refuse a stream of more than a schema and one batch of rows, and one that is compressed."""
    if reader.read_next_message().type != "schema":
        raise Malformed("it has no schema")
    for _ in range(2):
        try:
            message = reader.read_next_message()
        except StopIteration:
            return
        if message.type != "record batch" or is_compressed(bytes(message.metadata)):
            raise Malformed("its rows are not plain")
    raise Malformed("it has too many parts")


def _whole(table: pa.Table) -> Sequence[pa.ChunkedArray]:
    return [table[f.name] for f in SCHEMA if not f.nullable]


def _check_head(head: Any) -> None:
    if not isinstance(head, dict) or set(head) != {"version", "words", *_HEAD}:
        raise Malformed("its heading is not that of a letter")
    if head["version"] != VERSION:
        raise Malformed(f"its version is not {VERSION}")
    texts = {"kind": NAME, "sender": NAME, "clearing": NAME, "session": SESSION, "before": HASH}
    for name, form in texts.items():
        if not isinstance(head[name], str) or not form.fullmatch(head[name]):
            raise Malformed(f"its {name} is not in form")
    if type(head["number"]) is not int or not 1 <= head["number"] <= 10**6:
        raise Malformed("its number is not in form")
    words = head["words"]
    if not isinstance(words, dict) or not all(_is_word(w) for w in words.values()):
        raise Malformed("its words are not in form")


def _is_word(word: Any) -> bool:
    if isinstance(word, list):
        return all(isinstance(w, str) for w in word)
    if isinstance(word, float):
        return math.isfinite(word)
    return word is None or isinstance(word, str | bool | int)
