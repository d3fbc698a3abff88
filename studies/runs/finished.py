"""A finished run, read back from its folder alone."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from market.pricing.lmp import Nodal
from scenarios.files import read_scenario
from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import Scenario
from scenarios.variants.margins import NONE
from studies.runs.run_records import DesignSummary, RunStatus, Summary
from studies.runs.summary import from_json
from studies.study.study_text import toml_lines

HEADER, SUMMARY, SCENARIO, REPORT = "run.toml", "summary.json", "scenario", "report.html"
FORMAT = 1


@dataclass(frozen=True)
class DesignNote:
    """How a design was cleared, and how that ended, in words."""

    name: str
    kind: str
    method: str
    outcome: str


@dataclass(frozen=True)
class Header:
    """`run.toml`: the study's name, the state, and where the run comes from.

    `pricing` says by what payments are settled, `margin` what designs left free below limits;
    `clock` how rounds go by the market's clock, where it has one;
    `part` is the area whose operator's own run it is, empty where all data was in one hand.
    """

    name: str
    status: str
    started: str
    transmission: str
    distribution: str
    versions: Mapping[str, str]
    inputs: Mapping[str, str]
    designs: tuple[DesignNote, ...]
    pricing: str = Nodal.words
    margin: str = NONE
    clock: str = ""
    part: str = ""


@dataclass(frozen=True)
class Run:
    """A run folder: its header, its summary, and its tables as they are asked for.

    `known` is its scenario where that has been read before.
    """

    folder: Path
    header: Header
    summary: Summary
    known: Scenario | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.header.name

    @property
    def status(self) -> RunStatus:
        """The worst status of any design."""
        return self.summary.status

    @property
    def designs(self) -> Mapping[str, DesignSummary]:
        """Figures of each design, in the order of the study."""
        return self.summary.designs

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario that was cleared."""
        return self.known or read_scenario(self.folder / SCENARIO)

    def has(self, design: str, name: str) -> bool:
        """Whether a design has a table that not every run has."""
        return (self.folder / design / f"{name}.parquet").exists()

    def table(self, design: str, name: str) -> pd.DataFrame:
        """One result table of one design."""
        file = self.folder / design / f"{name}.parquet"
        table: pd.DataFrame = pq.ParquetFile(file).read().to_pandas()
        return table


def read_run(folder: Path | str) -> Run:
    """Run in a folder; raises `InvalidInput` where there is none."""
    place = Path(folder)
    try:
        held = tomllib.loads((place / HEADER).read_text(encoding="utf-8"))
        summary = from_json((place / SUMMARY).read_text(encoding="utf-8"))
        return Run(place, _header(held), summary)
    except (OSError, KeyError, TypeError, ValueError, RecursionError) as error:
        finding = f"it holds no finished run ({type(error).__name__}: {error})"
        cure = "name the folder that `tandem run` left"
        raise InvalidInput("run folder", [Finding(str(place), finding, cure)]) from error


def first_coordinated(run: Run) -> str:
    """Name of the first design whose operators coordinate, or of the first where none does."""
    notes = run.header.designs
    return next((note.name for note in notes if note.method), notes[0].name)


def header_text(header: Header, designs: Mapping[str, DesignSummary]) -> str:
    """Text of `run.toml`, with the welfare and the status of each design for a quick look."""
    held: dict[str, Any] = asdict(header)
    tables = {key: held.pop(key) for key in ("versions", "inputs")}
    notes = held.pop("designs")
    lines = [*toml_lines({"format": FORMAT} | held)]
    for key, table in tables.items():
        lines += ["", f"[{key}]", *toml_lines(table)]
    for note in notes:
        found = designs[note["name"]]
        figures = {"status": str(found.status), "welfare_usd": found.welfare_usd}
        lines += ["", "[[design]]", *toml_lines(note | figures)]
    return "\n".join(lines) + "\n"


def _header(held: Mapping[str, Any]) -> Header:
    notes = (DesignNote(d["name"], d["kind"], d["method"], d["outcome"]) for d in held["design"])
    plain = ("name", "status", "started", "transmission", "distribution", "versions", "inputs",
             "pricing", "margin", "clock", "part")  # fmt: skip
    return Header(**{key: held[key] for key in plain if key in held}, designs=tuple(notes))
