"""One look into the heading of an Arrow message: whether its buffers are compressed.

Compressed rows may be any number of times larger than what is sent, so they are refused before
they are unpacked. Layout: Apache Arrow, `format/Message.fbs`.
"""

import struct

_HEADER, _COMPRESSION = 2, 3  # fields of Message and of RecordBatch


def is_compressed(metadata: bytes) -> bool:
    """Whether a record batch names a compression; True also where that cannot be read."""
    try:
        message = _root(metadata)
        batch = _follow(metadata, _field(metadata, message, _HEADER))
        return _field(metadata, batch, _COMPRESSION) is not None
    except (struct.error, TypeError):
        return True


def _root(data: bytes) -> int:
    return int(struct.unpack_from("<I", data, 0)[0])


def _field(data: bytes, table: int, number: int) -> int | None:
    """Where a field of a table stands; None where it has none."""
    vtable = table - int(struct.unpack_from("<i", data, table)[0])
    size = int(struct.unpack_from("<H", data, vtable)[0])
    place = 4 + 2 * number
    if vtable < 0 or place + 2 > size:
        return None
    offset = int(struct.unpack_from("<H", data, vtable + place)[0])
    return table + offset if offset else None


def _follow(data: bytes, place: int | None) -> int:
    if place is None:
        raise TypeError
    return place + int(struct.unpack_from("<I", data, place)[0])
