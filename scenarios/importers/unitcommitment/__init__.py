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

BASE_MVA, HOUR_MIN = 100.0, 60.0
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
    """Scenario of one instance; prices of imbalance are its own where none are given.

    What the file says of a MW in a time step, costs and ramps alike, is put in hours. Without
    lines all buses are as one. Raises InvalidInput with all that cannot be imported.
    """
    held = read_json(file)
    parameters = held.of("Parameters")
    hour, periods = _time(parameters)
    refuse(file.name, held.findings)
    penalty = parameters.number("Power balance penalty ($/MW)", PENALTY) / hour
    voll = penalty if voll_usd_per_mwh is None else voll_usd_per_mwh
    profiles: dict[str, list[float]] = {}
    buses, loads = buses_of(held, periods, profiles)
    lines = lines_of(held, [bus.bus for bus in buses])
    found = units_of(held, hour, periods, profiles)
    bids = bids_of(held, hour, periods, profiles)
    stores = stores_of(held, hour)
    reserves, reserve_offers = reserves_of(held, hour, periods, voll)
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
            *(o for _, offers in found.profiled for o in offers),
            *(o for _, offers in bids for o in offers),
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
        hours=(hour,) * periods,
        voll_usd_per_mwh=voll,
        spill_usd_per_mwh=voll if spill_usd_per_mwh is None else spill_usd_per_mwh,
        sources=(f"{file.name}: UnitCommitment.jl", *SAID),
    )
    refuse(f"the scenario from {file.name}", check_scenario(scenario))
    return scenario


def _time(parameters: Values) -> tuple[float, int]:
    """Length of a time step (h), and how many the instance has."""
    version = parameters.text("Version")
    if version and version not in VERSIONS:
        parameters.refuse(f"its version is {version!r}", f"read one of {', '.join(VERSIONS)}")
    minutes = parameters.number("Time step (min)", HOUR_MIN)
    if minutes <= 0.0 or HOUR_MIN % minutes:
        finding = f"its time step of {minutes:g} min does not divide an hour"
        parameters.refuse(finding, "give 'Time step (min)' of 60, 30, 20, 15, ...")
        minutes = HOUR_MIN
    if "Time horizon (min)" in parameters.held:
        lasts = parameters.number("Time horizon (min)")
        if lasts % minutes:
            finding = f"its horizon of {lasts:g} min has no whole number of time steps"
            parameters.refuse(finding, f"give a multiple of {minutes:g} min")
        return minutes / HOUR_MIN, max(1, round(lasts / minutes))
    key = "Time (h)" if "Time (h)" in parameters.held else "Time horizon (h)"
    return minutes / HOUR_MIN, parameters.whole(key) * round(HOUR_MIN / minutes)
