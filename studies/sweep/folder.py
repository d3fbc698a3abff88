"""The folder of a sweep: finished points, each whole or not there, and the study they belong to."""

import dataclasses
import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scenarios.findings import Finding, InvalidInput
from studies.runs.provenance import versions
from studies.study.study_text import study_text, toml_lines
from studies.sweep.knob import Case
from studies.sweep.point import AreaFigures, DesignFigures, PointFigures

HEADER, POINTS = "sweep.toml", "points"
FORMAT = 1


def key_of(case: Case) -> str:
    """Hash of all that the points of a sweep have in common: study, scenario, programs."""
    tables = [getattr(case.scenario, f.name) for f in dataclasses.fields(case.scenario)]
    parts = (study_text(case.study), repr(tables), repr(versions()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class Folder:
    """Points that are finished, by their settings; safe to be left at any moment.

    Every file is written under another name and then renamed, so it is whole or not there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def claim(self, case: Case) -> None:
        """Make the folder that of a sweep over this case.

        Raises `InvalidInput` where it holds something else, or points of another case.
        """
        key = key_of(case)
        if (self / HEADER).exists():
            self._refuse_other(key)
        elif self.path.exists() and self._is_filled():
            raise self._unusable("it holds something else", "name a new folder with --out")
        try:
            (self / POINTS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            finding = f"it cannot be written ({error.strerror})"
            raise self._unusable(finding, "name a folder that can") from error
        held = {"format": FORMAT, "name": case.study.name, "key": key}
        lines = [*toml_lines(held), "", "[versions]", *toml_lines(dict(versions()))]
        self.write(HEADER, "\n".join(lines) + "\n")

    def finished(self, settings: str) -> PointFigures | None:
        """Figures of a point, where it is finished."""
        try:
            held = json.loads(self._file(settings).read_text(encoding="utf-8"))
            return _figures(held) if held["settings"] == settings else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep(self, settings: str, found: PointFigures) -> None:
        """Keep the figures of a finished point."""
        held = {"settings": settings, **asdict(found)}
        name = self._file(settings).relative_to(self.path)
        self.write(str(name), json.dumps(held, indent=1, allow_nan=False) + "\n")

    def write(self, name: str, text: str) -> None:
        """Write a file that is whole or not there."""
        part = self.part(name)
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self / name)

    def part(self, name: str) -> Path:
        """Where a file is written before it gets its name."""
        return (self / name).with_name(f".{Path(name).name}.part")

    def _file(self, settings: str) -> Path:
        return self / POINTS / f"{hashlib.sha256(settings.encode()).hexdigest()[:24]}.json"

    def _is_filled(self) -> bool:
        ours = {POINTS, self.part(HEADER).name}
        return not self.path.is_dir() or any(f.name not in ours for f in self.path.iterdir())

    def _refuse_other(self, key: str) -> None:
        try:
            held = tomllib.loads((self / HEADER).read_text(encoding="utf-8")).get("key")
        except (OSError, ValueError, RecursionError) as error:
            finding = f"{HEADER} cannot be read ({error})"
            raise self._unusable(finding, "name a new folder with --out") from error
        if held != key:
            finding = "it holds a sweep of another study or scenario, or of other program versions"
            cure = "name a new folder with --out, or remove this one"
            raise self._unusable(finding, cure)

    def _unusable(self, finding: str, cure: str) -> InvalidInput:
        return InvalidInput("sweep folder", [Finding(str(self.path), finding, cure)])


def _figures(held: Mapping[str, Any]) -> PointFigures:
    return PointFigures(
        tuple(DesignFigures(**one) for one in held["designs"]),
        tuple(AreaFigures(**one) for one in held["areas"]),
        held["seconds"],
    )
