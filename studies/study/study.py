"""A study: which scenario, which market designs, which formulations; read from one TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from market.designs import Design
from scenarios.check.header import FILE as SCENARIO_FILE
from scenarios.files import read_scenario
from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import Scenario
from scenarios.variants.margins import Margins, with_margins
from scenarios.variants.outages import Security, with_outages
from studies.study.design_tables import designs_from
from studies.study.fitting import refuse_unfit
from studies.study.horizon_table import Horizon, horizon_from
from studies.study.settlement_table import SettlementTable, settlement_from
from studies.study.study_tables import (
    STUDY_FILE,
    CoordinationTable,
    FormulationTable,
    LoadFlowTable,
    PricingTable,
    SolverTable,
    study_findings,
)


@dataclass(frozen=True)
class Study:
    """What to clear and how; `scenario` is a folder, `designs` are cleared in their order.

    `horizon` are the days that `tandem horizon` clears; all else clears the scenario's own day.
    """

    name: str
    scenario: Path
    designs: Mapping[str, Design]
    formulation: FormulationTable = field(default_factory=FormulationTable)
    margin: Margins = field(default_factory=Margins)
    security: Security = field(default_factory=Security)
    load_flow: LoadFlowTable = field(default_factory=LoadFlowTable)
    coordination: CoordinationTable = field(default_factory=CoordinationTable)
    settlement: SettlementTable = field(default_factory=SettlementTable)
    pricing: PricingTable = field(default_factory=PricingTable)
    solver: SolverTable = field(default_factory=SolverTable)
    horizon: Horizon | None = None

    def market(self, scenario: Scenario) -> Scenario:
        """What designs clear: the scenario with margins below its limits, and its outages."""
        return with_outages(with_margins(scenario, self.margin), self.security)


def read_study(path: Path | str) -> Study:
    """Study in a file; raises `InvalidInput` with all that is wrong with it."""
    file = study_file(path)
    read, findings = _read_file(file)
    if not findings:
        findings = list(study_findings(read, file.parent))
    if findings:
        raise InvalidInput(f"study {str(path)!r}", findings)
    return Study(
        read["name"],
        file.parent / read["scenario"],
        {n: d for table in read["design"] for n, d in designs_from(table).items()},
        FormulationTable(**read.get("formulation", {})),
        Margins(**read.get("margin", {})),
        Security(**read.get("security", {})),
        LoadFlowTable(**read.get("load_flow", {})),
        CoordinationTable(**read.get("coordination", {})),
        settlement_from(read.get("settlement", {})),
        PricingTable(**read.get("pricing", {})),
        SolverTable(**read.get("solver", {})),
        horizon_from(read.get("horizon", {}), file.parent),
    )


def open_study(path: Path | str) -> tuple[Study, Scenario]:
    """Study and its scenario; raises `InvalidInput` with all that is wrong with both."""
    study = scenario = None
    findings: list[Finding] = []
    try:
        study = read_study(path)
    except InvalidInput as invalid:
        findings.extend(invalid.findings)
    if folder := _scenario_folder(path):
        try:
            scenario = read_scenario(folder)
        except InvalidInput as invalid:
            findings.extend(invalid.findings)
    if study is None or scenario is None:
        raise InvalidInput(f"study {str(path)!r}", findings)
    physics = study.formulation.distribution
    refuse_unfit(f"study {str(path)!r}", study.designs, scenario, study.margin, physics)
    return study, scenario


def scenario_at(path: Path | str) -> Scenario:
    """Scenario in a folder, or the one that a study names; raises `InvalidInput`."""
    is_scenario = (Path(path) / SCENARIO_FILE).exists()
    return read_scenario(path if is_scenario else _scenario_folder(path) or path)


def study_file(path: Path | str) -> Path:
    """The study file itself, or the one in the folder that is named."""
    return Path(path) / STUDY_FILE if Path(path).is_dir() else Path(path)


def _scenario_folder(path: Path | str) -> Path | None:
    """Folder of the scenario, where the study file names one that exists."""
    named = _read_file(study_file(path))[0].get("scenario")
    folder = study_file(path).parent / named if isinstance(named, str) else None
    return folder if folder and folder.is_dir() else None


def _read_file(file: Path) -> tuple[dict[str, Any], list[Finding]]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        cure = "name a study file; `tandem new DIR` writes one to start from"
        return {}, [Finding(str(file), "the file is missing", cure)]
    except (OSError, ValueError, RecursionError) as error:  # not UTF-8, not TOML, too deep
        return {}, [Finding(str(file), f"it cannot be read ({error})", "mend the TOML file")]
