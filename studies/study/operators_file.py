"""`operators.toml`: where distribution operators are, and how long the market waits for them."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Any

from scenarios.findings import Finding, InvalidInput, near
from scenarios.option_fields import option
from scenarios.scenario import Scenario
from studies.study.study_text import toml_lines
from studies.study.table_keys import table_findings

OPERATORS_FILE = "operators.toml"
MOST_PORT = 65_535


@dataclass(frozen=True)
class OperatorsTable:
    """The keys of the file; `keys` and `log` are folders, relative to it.

    An answer may take `answer_limit_s`; an operator that is silent for `lost_after_s` is lost: it
    is still asked, but not waited for.
    """

    keys: str
    operator: list[Any]
    log: str = "messages"
    answer_limit_s: float = option(30.0, lambda v: v > 0, "write a time > 0 s")
    lost_after_s: float = option(120.0, lambda v: v > 0, "write a time > 0 s")


@dataclass(frozen=True)
class OperatorTable:
    """`[[operator]]`: the area, and the address of its operator, HOST:PORT."""

    area: str = option(MISSING, lambda v: v != "", "name the area")
    address: str = option(
        MISSING, lambda v: host_and_port(v) is not None, "write HOST:PORT, such as localhost:47001"
    )


@dataclass(frozen=True)
class OperatorsFile:
    """Where operators are, by area, and where keys and the log of letters are."""

    keys: Path
    log: Path
    answer_limit_s: float
    lost_after_s: float
    addresses: Mapping[str, tuple[str, int]]


def read_operators(file: Path, scenario: Scenario) -> OperatorsFile:
    """The file, for the areas of a scenario; raises InvalidInput with all that is wrong."""
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        finding = Finding(str(file), f"it cannot be read ({error})", "name a TOML file that can")
        raise InvalidInput("the operators", [finding]) from error
    if findings := list(_findings(read, scenario)):
        raise InvalidInput(f"operators {str(file)!r}", findings)
    table = OperatorsTable(**read)
    addresses = {o["area"]: host_and_port(o["address"]) for o in read["operator"]}
    return OperatorsFile(
        file.parent / table.keys,
        file.parent / table.log,
        table.answer_limit_s,
        table.lost_after_s,
        {area: address for area, address in addresses.items() if address},
    )


def host_and_port(address: str) -> tuple[str, int] | None:
    """Both parts of HOST:PORT; None where it is not that."""
    host, _, port = address.rpartition(":")
    good = host and port.isascii() and port.isdigit() and int(port) <= MOST_PORT
    return (host, int(port)) if good else None


def operators_text(keys: str, addresses: Mapping[str, str]) -> str:
    """Text of such a file."""
    lines = toml_lines({"keys": keys, "answer_limit_s": 30.0, "lost_after_s": 120.0})
    for area, address in addresses.items():
        lines += ["", "[[operator]]", *toml_lines({"area": area, "address": address})]
    return "\n".join(lines) + "\n"


def _findings(read: Mapping[str, Any], scenario: Scenario) -> Iterator[Finding]:
    wrong = list(table_findings(read, OperatorsTable, place=OPERATORS_FILE))
    yield from wrong or _operators(read["operator"], scenario)


def _operators(read: Sequence[Any], scenario: Scenario) -> Iterator[Finding]:
    named: list[str] = []
    is_clear = True
    for n, one in enumerate(read, start=1):
        place = f"[[operator]] {n}"
        bad = list(_table(place, one))
        yield from bad
        if bad:
            is_clear = False
        else:
            yield from _area(place, one["area"], named, scenario)
            named.append(one["area"])
    for area in scenario.distribution if is_clear else ():
        if area not in named:
            cure = f"add [[operator]] with area = {area!r}"
            yield Finding(OPERATORS_FILE, f"area {area!r} has no operator", cure)


def _table(place: str, one: Any) -> Iterator[Finding]:
    if isinstance(one, dict):
        yield from table_findings(one, OperatorTable, place=place)
    else:
        yield Finding(place, "it is no table", "write area = ... and address = ...")


def _area(place: str, area: str, named: list[str], scenario: Scenario) -> Iterator[Finding]:
    if area in named:
        yield Finding(place, f"area {area!r} has an operator already", "keep one")
    elif area not in scenario.distribution:
        cure = f"name a distribution area; {near(area, scenario.distribution)}"
        yield Finding(place, f"there is no area {area!r}", cure)
