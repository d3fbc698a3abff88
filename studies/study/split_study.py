"""A study and its scenario cut into one folder per operator, none with another's data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from market.carriers.elsewhere.identity import file_stem
from market.designs import Design
from scenarios.check.header import FILE as SCENARIO_FILE
from scenarios.files import read_scenario, write_scenario
from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import Scenario
from scenarios.variants.apart import area_part, market_part, reserve_over_boundaries
from studies.study.apart import keeps_data_apart
from studies.study.new_study import study_of
from studies.study.operators_file import OPERATORS_FILE, operators_text
from studies.study.study import Study, open_study
from studies.study.study_tables import STUDY_FILE
from studies.study.study_text import study_text

MARKET, SCENARIO = "market", "scenario"
FIRST_PORT = 47_001


@dataclass(frozen=True)
class Split:
    """The folders that were written, and designs that were left out, with the reason."""

    market: Path
    areas: Mapping[str, Path]
    left_out: Mapping[str, str]


def split_study(source: Path, folder: Path) -> Split:
    """Write the folders of the market operator and of each area; raises InvalidInput.

    `source` is a study, or a scenario, of which a usual study is made.
    """
    study, scenario = _opened(source)
    left_out = {n: why for n, d in study.designs.items() if (why := keeps_data_apart(d))}
    designs: dict[str, Design] = {n: d for n, d in study.designs.items() if n not in left_out}
    _refuse(study, scenario, designs, folder)
    kept = replace(study, designs=designs)
    places = {area: folder / file_stem(area) for area in scenario.distribution}
    _write(kept, market_part(scenario), folder / MARKET)
    for area, place in places.items():
        _write(kept, area_part(scenario, area), place)
    addresses = {area: f"localhost:{FIRST_PORT + n}" for n, area in enumerate(places)}
    text = operators_text("../keys", addresses)
    (folder / MARKET / OPERATORS_FILE).write_text(text, encoding="utf-8")
    return Split(folder / MARKET, places, left_out)


def _opened(source: Path) -> tuple[Study, Scenario]:
    if (source / SCENARIO_FILE).exists():
        scenario = read_scenario(source)
        return study_of(scenario, source), scenario
    return open_study(source)


def _refuse(study: Study, scenario: Scenario, designs: Mapping[str, Design], folder: Path) -> None:
    findings = list(reserve_over_boundaries(scenario))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        findings.append(Finding(str(folder), "it is there already", "name a new folder"))
    if not designs:
        cure = "add one, such as kind = 'cmo'"
        findings.append(Finding(study.name, "no design keeps data of operators apart", cure))
    if not scenario.distribution:
        findings.append(Finding(scenario.name, "it has no distribution area", "name another one"))
    if any(file_stem(area).casefold() == MARKET for area in scenario.distribution):
        finding = f"the folder {MARKET!r} is that of the market operator"
        findings.append(Finding(f"area {MARKET!r}", finding, "rename the area"))
    if findings:
        raise InvalidInput("the split", findings)


def _write(study: Study, scenario: Scenario, folder: Path) -> None:
    write_scenario(scenario, folder / SCENARIO)
    (folder / STUDY_FILE).write_text(study_text(study, SCENARIO), encoding="utf-8")
