"""New studies: a folder with a scenario and a study file to start from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from formulations.networks import COPPERPLATE, clearing_names, networks
from formulations.suiting import feeder_findings
from market.designs import Design, ranked
from scenarios.files import write_scenario
from scenarios.findings import Finding, InvalidInput
from scenarios.importers.matpower import import_matpower
from scenarios.importers.matpower.per_load import FeedersPerLoad
from scenarios.records import DISTRIBUTION
from scenarios.scenario import Scenario
from scenarios.systems import build_system, margins_of
from scenarios.variants.margins import Margins
from studies.study.legal_names import name_findings
from studies.study.study import Study
from studies.study.study_tables import STUDY_FILE, FormulationTable
from studies.study.study_text import study_text

SCENARIO = "scenario"
Written = tuple[Path, tuple[str, ...]]  # a study file, and what is to be said of its sources
WITHOUT_VOLTAGES = ("A",)  # its figures in the literature are those of a transport model


def new_study(folder: Path, system: str) -> Path:
    """Write a shipped system and a study of its designs; gives the study file."""
    _refuse_filled(folder)
    scenario = build_system(system)
    without = FormulationTable(distribution=COPPERPLATE)
    physics = without if system in WITHOUT_VOLTAGES else FormulationTable()
    return _write(folder, scenario, physics, margins_of(system))


def imported_study(
    folder: Path,
    transmission: Path,
    feeders: Mapping[str, Sequence[Path]],
    *,
    per_load: FeedersPerLoad | None = None,
    periods: int = 24,
    voll_usd_per_mwh: float = 3000.0,
    spill_usd_per_mwh: float | None = None,
) -> Written:
    """Write a scenario from MATPOWER files and a study of it.

    Gives the study file, and what is to be said of the files.
    """
    _refuse_filled(folder)
    scenario = import_matpower(
        transmission,
        feeders,
        per_load=per_load,
        periods=periods,
        voll_usd_per_mwh=voll_usd_per_mwh,
        spill_usd_per_mwh=spill_usd_per_mwh,
    )
    return _write(folder, scenario, _physics(scenario), Margins()), scenario.sources


def _physics(scenario: Scenario) -> FormulationTable:
    """The usual formulations, or the first for feeders that knows these."""
    usual = FormulationTable()
    others = (name for name in clearing_names(DISTRIBUTION) if name != usual.distribution)
    for name in (usual.distribution, *others):
        if not any(feeder_findings(scenario, networks[name].traits)):
            return FormulationTable(distribution=name)
    return usual


def commitment_study(
    folder: Path, file: Path, importer: Callable[..., Scenario], **prices: float | None
) -> Written:
    """Write a scenario that an importer makes of a file with its unit commitment, and a study.

    Gives the study file, and what is to be said of the file.
    """
    _refuse_filled(folder)
    scenario = importer(file, **prices)
    return _write(folder, scenario, FormulationTable(), Margins()), scenario.sources


def built_study(folder: Path, build: Callable[[], Scenario]) -> Written:
    """Write a scenario, which is built once the folder is known to be free, and a study of it.

    Gives the study file, and what is to be said of the sources.
    """
    _refuse_filled(folder)
    scenario = build()
    return _write(folder, scenario, _physics(scenario), Margins()), scenario.sources


def _refuse_filled(folder: Path) -> None:
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        finding = Finding(str(folder), "it is there already", "name a new folder")
        raise InvalidInput("new study", [finding])


def _write(
    folder: Path, scenario: Scenario, formulation: FormulationTable, margin: Margins
) -> Path:
    study = replace(study_of(scenario, folder / SCENARIO), formulation=formulation, margin=margin)
    write_scenario(scenario, folder / SCENARIO)
    (folder / STUDY_FILE).write_text(study_text(study, SCENARIO), encoding="utf-8")
    return folder / STUDY_FILE


def study_of(scenario: Scenario, folder: Path) -> Study:
    """A study of a scenario in a folder, of the designs to start from."""
    name = "study" if any(name_findings(scenario.name, "")) else scenario.name
    return Study(name, folder, _designs(scenario), _physics(scenario))


def _designs(scenario: Scenario) -> dict[str, Design]:
    """Designs to start from, those that suit what the scenario holds."""
    return {
        kind: cls()
        for kind, cls in ranked().items()
        if cls.about.begins_a_study(scenario) and (cls.about.commits or not scenario.commitments)
    }
