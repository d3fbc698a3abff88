"""Who an operator is: its certificate, which names its area, and the authority that vouches."""

import hashlib
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scenarios.findings import Finding, InvalidInput

AUTHORITY = "ca.pem"
LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Identity:
    """Certificate, private key and certificate of the authority (PEM)."""

    certificate: bytes
    key: bytes
    authority: bytes

    def __repr__(self) -> str:
        return "<Identity>"


def host_name(area: str) -> str:
    """The name in an area's certificate that peers look for: its own, or a digest where it must."""
    if LABEL.fullmatch(area):
        return area.casefold()
    return "x-" + hashlib.sha256(area.encode()).hexdigest()[:40]


def file_stem(area: str) -> str:
    """Name of an area's files, whatever its name is."""
    return area if LABEL.fullmatch(area) else host_name(area)


def read_identity(folder: Path, area: str) -> Identity:
    """The identity of an area in a folder of keys; raises InvalidInput with all that is wrong."""
    stem = file_stem(area)
    places = [folder / f"{stem}.pem", folder / f"{stem}.key", folder / AUTHORITY]
    findings = [finding for place in places for finding in _missing(place)]
    findings = findings or list(_readable_by_others(places[1]))
    if findings:
        raise InvalidInput("the keys", findings)
    return Identity(*(place.read_bytes() for place in places))


def _missing(place: Path) -> Iterator[Finding]:
    if not place.is_file():
        cure = "name the folder of keys; `tandem keys DIR` makes one for a trial"
        yield Finding(str(place), "the file is missing", cure)


def _readable_by_others(place: Path) -> Iterator[Finding]:
    if place.stat().st_mode & OTHERS:
        yield Finding(str(place), "others than its owner may read the key", f"chmod 600 {place}")
