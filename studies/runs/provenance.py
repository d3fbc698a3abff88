"""Where a run comes from: versions of the programs, hashes of the inputs."""

import dataclasses
import hashlib
import platform
from importlib.metadata import version
from pathlib import Path

from scenarios.scenario import Scenario
from studies.study.study import Study, study_file
from studies.study.study_text import study_text

PROGRAMS = (
    "tandem-market",
    "pyomo",
    "highspy",
    "clarabel",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "plotly",
)


def versions() -> dict[str, str]:
    """Version of Python and of each program that a result may depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in PROGRAMS}


def input_hashes(study: Study, path: Path | str | None = None) -> dict[str, str]:
    """SHA-256 of the study file and of each file of its scenario."""
    files = {} if path is None else {study_file(path).name: study_file(path)}
    held = sorted(f for f in study.scenario.iterdir() if f.suffix in (".parquet", ".toml"))
    files |= {f"{study.scenario.name}/{f.name}": f for f in held}
    return {name: hashlib.sha256(f.read_bytes()).hexdigest() for name, f in files.items()}


def input_key(study: Study, scenario: Scenario) -> str:
    """Hash of all that a result depends on: study, scenario, profiles of days, programs."""
    tables = [getattr(scenario, f.name) for f in dataclasses.fields(scenario)]
    parts = [study_text(study), repr(tables), repr(versions())]
    if study.horizon:
        days = dataclasses.replace(study.horizon, profiles=Path())
        parts += [repr(days), hashlib.sha256(study.horizon.profiles.read_bytes()).hexdigest()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
