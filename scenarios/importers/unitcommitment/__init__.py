"""Scenarios from instances of UnitCommitment.jl (JSON, versions 0.2 to 0.4).

A. S. Xavier, A. M. Kazachkov, O. Yurdakul, J. He, F. Qiu, "UnitCommitment.jl: A Julia/JuMP
Optimization Package for Security-Constrained Unit Commitment", Zenodo, 10.5281/zenodo.4269874.
"""

from pathlib import Path

from scenarios.assembly import assemble
from scenarios.check import check_scenario
from scenarios.importers.json_rows import Values, read_json, refuse
from scenarios.importers.unitcommitment.network import AREA, buses_of, lines_of, outages_of
from scenarios.importers.unitcommitment.reserves import reserves_of
from scenarios.importers.unitcommitment.units import bids_of, stores_of, units_of
from scenarios.networks import NetworkTables
from scenarios.records import TRANSMISSION, Area
from scenarios.scenario import Scenario

BASE_MVA = 100.0
VERSIONS = ("0.2", "0.3", "0.4")
PENALTY = 1000.0  # $/MW where the file names none, as the format says
SAID = (
    "limits of lines are kept, whatever their penalty",
    "a limit after an outage that the file leaves out is that of every day",
    "reserve without a penalty costs as much as lost load where it is not held",
)


def import_unitcommitment(
    file: Path,
    *,
    name: str = "imported",
    voll_usd_per_mwh: float | None = None,
    spill_usd_per_mwh: float | None = None,
) -> Scenario:
    """Scenario of one instance, hourly; prices of imbalance are its own where none are given.

    Without lines all buses are as one. Raises InvalidInput with all that cannot be imported.
    """
    held = read_json(file)
    parameters = held.of("Parameters")
    periods = _periods(parameters)
    refuse(file.name, held.findings)
    penalty = parameters.number("Power balance penalty ($/MW)", PENALTY)
    voll = penalty if voll_usd_per_mwh is None else voll_usd_per_mwh
    profiles: dict[str, list[float]] = {}
    buses, loads = buses_of(held, periods, profiles)
    lines = lines_of(held, [bus.bus for bus in buses])
    found = units_of(held, periods, profiles)
    bids = bids_of(held, periods, profiles)
    stores = stores_of(held)
    reserves, reserve_offers = reserves_of(held, periods, voll)
    outages = outages_of(held, lines)
    refuse(file.name, held.findings)
    area = NetworkTables(
        Area(AREA, TRANSMISSION, BASE_MVA),
        tuple(buses),
        tuple(lines),
        loads=tuple(loads),
        generators=(*(g for g, *_ in found.thermal), *(g for g, _ in found.profiled)),
        offers=(
            *(o for _, offers, *_ in found.thermal for o in offers),
            *(o for _, o in found.profiled),
            *(o for _, o in bids),
        ),
        bids=tuple(b for b, _ in bids),
        storage=tuple(stores),
        others={
            "commitments": tuple(c for _, _, c, _ in found.thermal),
            "startups": tuple(s for *_, startups in found.thermal for s in startups),
            "reserves": tuple(reserves),
            "reserve_offers": tuple(reserve_offers),
            "outages": tuple(outages),
        },
    )
    scenario = assemble(
        name,
        [area],
        {},
        profiles=profiles,
        hours=(1.0,) * periods,
        voll_usd_per_mwh=voll,
        spill_usd_per_mwh=voll if spill_usd_per_mwh is None else spill_usd_per_mwh,
        sources=(f"{file.name}: UnitCommitment.jl", *SAID),
    )
    refuse(f"the scenario from {file.name}", check_scenario(scenario))
    return scenario


def _periods(parameters: Values) -> int:
    """How many hours the instance has."""
    version = parameters.text("Version")
    if version and version not in VERSIONS:
        parameters.refuse(f"its version is {version!r}", f"read one of {', '.join(VERSIONS)}")
    if parameters.number("Time step (min)", 60.0) != 60.0:
        parameters.refuse("its periods are not hours", "give 'Time step (min)' of 60")
    if "Time horizon (min)" in parameters.held:
        return max(1, round(parameters.number("Time horizon (min)") / 60.0))
    key = "Time (h)" if "Time (h)" in parameters.held else "Time horizon (h)"
    return parameters.whole(key)
