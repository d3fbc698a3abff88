"""The folder of a sweep: finished points, each whole or not there, and the study they belong to."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from studies.runs.kept_folder import KeptFolder
from studies.runs.provenance import input_key
from studies.sweep.knob import Case
from studies.sweep.point import AreaFigures, DesignFigures, PointFigures

POINTS = "points"


class Folder:
    """Points that are finished, by their settings; safe to be left at any moment."""

    def __init__(self, path: Path) -> None:
        self.kept = KeptFolder(path, "sweep", "sweep.toml", POINTS)
        self.path, self.write, self.part = path, self.kept.write, self.kept.part

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def claim(self, case: Case) -> None:
        """Make the folder that of a sweep over this case.

        Raises `InvalidInput` where it holds something else, or points of another case.
        """
        self.kept.claim(case.study.name, input_key(case.study, case.scenario))

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

    def _file(self, settings: str) -> Path:
        return self / POINTS / f"{hashlib.sha256(settings.encode()).hexdigest()[:24]}.json"


def _figures(held: Mapping[str, Any]) -> PointFigures:
    return PointFigures(
        tuple(DesignFigures(**one) for one in held["designs"]),
        tuple(AreaFigures(**one) for one in held["areas"]),
        held["seconds"],
    )
