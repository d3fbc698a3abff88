"""Values of JSON objects, each with its place, and all that is wrong with them together."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scenarios.findings import Finding, InvalidInput


@dataclass(frozen=True)
class Values:
    """One JSON object; `place` says where it stands, `findings` are shared by all of a file."""

    place: str
    held: Mapping[str, Any]
    findings: list[Finding] = field(default_factory=list)

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number; 0 stands for one that is wrong, which is a finding."""
        value = self.held.get(key, default)
        if _is_number(value):
            return float(value)
        self._wrong(key, value, "write a finite number")
        return 0.0

    def numbers(self, key: str, count: int) -> list[float]:
        """So many finite numbers."""
        value = self.held.get(key)
        if isinstance(value, list) and len(value) == count and all(map(_is_number, value)):
            return [float(v) for v in value]
        self._wrong(key, value, f"write a list of {count} finite numbers")
        return [0.0] * count

    def series(self, key: str, count: int, default: float | None = None) -> list[float]:
        """A number for every period, where one stands for all."""
        value = self.held.get(key)
        if isinstance(value, list):
            return self.numbers(key, count)
        return [self.number(key, default)] * count

    def either(self, key: str) -> float | None:
        """A finite number, or None where there is none or null."""
        return None if self.held.get(key) is None else self.number(key)

    def constant(self, key: str, default: float | None = None) -> float | None:
        """The same where a list must say one number for all periods."""
        value = self.held.get(key)
        if isinstance(value, list) and value and all(v == value[0] for v in value):
            value = value[0]
        if value is None:
            return default
        if _is_number(value):
            return float(value)
        self._wrong(key, value, "write one number for all periods")
        return default

    def text(self, key: str) -> str:
        """A text; an empty one stands for one that is wrong, which is a finding."""
        value = self.held.get(key)
        if isinstance(value, str) and value:
            return value
        self._wrong(key, value, "write a text")
        return ""

    def list_of_texts(self, key: str) -> list[str]:
        """Texts; none where there is no such key."""
        value = self.held.get(key) or []
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return value
        self._wrong(key, value, "write a list of texts")
        return []

    def numbers_of(self, key: str, values: Sequence[Any]) -> list[float]:
        """Finite numbers of a list that has a default."""
        if all(map(_is_number, values)):
            return [float(v) for v in values]
        self._wrong(key, values, "write a list of finite numbers")
        return [0.0] * len(values)

    def refuse(self, finding: str, cure: str) -> None:
        """Say that something of the object cannot be read."""
        self.findings.append(Finding(self.place, finding, cure))

    def rows(self, key: str) -> list["Values"]:
        """A list of objects."""
        value = self.held.get(key)
        if isinstance(value, list) and all(isinstance(v, dict) for v in value):
            return [
                Values(f"{self.place}, {key} {n}", row, self.findings)
                for n, row in enumerate(value, start=1)
            ]
        self._wrong(key, value, "write a list of objects")
        return []

    def of(self, key: str) -> "Values":
        """One object."""
        value = self.held.get(key)
        if isinstance(value, dict):
            return Values(f"{self.place}, {key}", value, self.findings)
        self._wrong(key, value, "write an object")
        return Values(f"{self.place}, {key}", {}, self.findings)

    def named(self, key: str) -> dict[str, "Values"]:
        """Objects by name."""
        value = self.held.get(key, {})
        if isinstance(value, dict) and all(isinstance(v, dict) for v in value.values()):
            return {
                name: Values(f"{self.place}, {key} {name!r}", row, self.findings)
                for name, row in value.items()
            }
        self._wrong(key, value, "write an object of objects by name")
        return {}

    def whole(self, key: str) -> int:
        """A whole number of at least 1."""
        value = self.number(key)
        if value >= 1 and value == int(value):
            return int(value)
        self._wrong(key, self.held.get(key), "write a whole number from 1")
        return 1

    def _wrong(self, key: str, value: Any, cure: str) -> None:
        finding = f"{key!r} is {_short(value)}" if key in self.held else f"{key!r} is missing"
        self.findings.append(Finding(self.place, finding, cure))


def read_json(file: Path) -> Values:
    """The object that a file holds; raises InvalidInput where it cannot be read."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        finding = Finding(str(file), f"cannot be read ({error})", "name a JSON file")
        raise InvalidInput(file.name, [finding]) from error
    if not isinstance(held, dict):
        raise InvalidInput(file.name, [Finding(str(file), "it holds no object", "begin with {")])
    return Values(file.name, held)


def refuse(what: str, findings: Sequence[Finding]) -> None:
    """Raise InvalidInput where there are findings."""
    if findings:
        raise InvalidInput(what, findings)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
