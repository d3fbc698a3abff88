"""Makes this example anew: `python examples/national_year/make.py`.

A made-up nation: IEEE 118 carries it, and every 50 MW of load at a bus are a feeder of 17, 33 or 14
buses with PV, batteries, flexible loads, heat pumps and electric vehicles; wind and pumped storage
stand in transmission. Eight days of a made-up year, two of every season, stand for it.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import numpy as np
import pandas as pd
from weather import YEAR, ZONE, year_of_profiles

from market.designs.cmo import Cmo
from scenarios.assembly import assemble
from scenarios.files import write_scenario
from scenarios.horizon.representative import representative_days
from scenarios.horizon.series import read_series
from scenarios.networks import NetworkTables, load_network, network_source, scale_feeder
from scenarios.records import Branch, Generator, Load, ShiftableLoad, Storage
from scenarios.resources import TRANSMISSION_DAY, Resources
from scenarios.scenario import Scenario
from scenarios.systems.profiles import CUSTOMERS, HOURS, LOAD, SOLAR, WIND
from scenarios.systems.supply import blocks, free
from scenarios.systems.system_c import RATINGS_MVA
from scenarios.variants.margins import Margins
from studies.study.study import Study
from studies.study.study_text import study_text

FOLDER = Path(__file__).parent
SEED = 2025
FEEDERS, FEEDER_MW = ("feeder17", "feeder33", "feeder16"), 50.0
LOADED = 0.5  # of the load that a feeder was published with: room for heat, vehicles and PV
RATED = 2.0  # ratings of lines over those of System C, which carries less
MARGIN = Margins(transmission_rating=0.15, distribution_rating=0.05, voltage_pu=0.02)
RESOURCES = Resources(pv=0.8, batteries=0.08, flexible=0.15, seed=SEED)
HEAT, HEATED_SITES = 0.18, 1 / 2  # of the load, on the coldest hour; of the buses with load
VEHICLE_MWH, VEHICLE_H, NIGHT = 0.35, 3.0, (1, 7)  # per MW of load; h at full power; periods
WIND_MW = {"10": 500.0, "26": 400.0, "61": 500.0, "80": 600.0, "100": 500.0}
PUMPED_MW, PUMPED_H = {"59": 150.0, "90": 120.0}, 8.0
SIZE, BLOCKS = 0.5, 5  # greatest output over that of the case; blocks of an offer
SEASONS = {"winter": (12, 1, 2), "spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11)}
HEAT_DAY = tuple(0.5 + 0.2 * math.cos(2 * math.pi * (t - 5) / 24) for t in range(24))


def nation() -> Scenario:
    """The scenario; its own day stands for what the file of profiles does not say."""
    upper = load_network("ieee118", "T")
    hung = dict(_feeders(upper))
    return assemble(
        "national_year",
        [_transmission(upper), *(feeder for _, feeder in hung.values())],
        {area: bus for area, (bus, _) in hung.items()},
        profiles={
            **CUSTOMERS, TRANSMISSION_DAY: LOAD, "solar": SOLAR, "wind": WIND, "heat": HEAT_DAY
        },
        hours=HOURS,
        voll_usd_per_mwh=3000.0,
        spill_usd_per_mwh=3000.0,
        sources=(
            *(
                f"{network_source(name)['title']}: {paper}"
                for name in ("ieee118", *FEEDERS)
                for paper in network_source(name)["source"]
            ),
            "all else is made up: examples/national_year/make.py and weather.py",
        ),
    )  # fmt: skip


def _feeders(upper: NetworkTables) -> Iterator[tuple[str, tuple[str, NetworkTables]]]:
    """Areas with the bus that each stands at: as many as a bus has 50 MW of load, or part of it."""
    networks = cycle(FEEDERS)
    for load in upper.loads:
        count = math.ceil(load.p_mw / FEEDER_MW)
        for number in range(1, count + 1):
            area = f"D{load.bus}" if number == 1 else f"D{load.bus}-{number}"
            feeder = load_network(next(networks), area)
            roomy = _lighter(scale_feeder(feeder, load.p_mw / count / LOADED))
            yield area, (load.bus, _active(roomy))


def _lighter(feeder: NetworkTables) -> NetworkTables:
    """The feeder with a part of its loads."""
    loads = (replace(r, p_mw=LOADED * r.p_mw, q_mvar=LOADED * r.q_mvar) for r in feeder.loads)
    return replace(feeder, loads=tuple(loads))


def _active(feeder: NetworkTables) -> NetworkTables:
    """The feeder with PV, batteries, flexible loads and vehicles; a part of its load is heat."""
    area, total = feeder.area.area, feeder.load_mw
    draw = np.random.default_rng([SEED, *area.encode()])
    others = replace(
        feeder,
        loads=tuple(
            replace(r, p_mw=(1 - HEAT) * r.p_mw, q_mvar=(1 - HEAT) * r.q_mvar) for r in feeder.loads
        ),
    )
    buses = [r.bus for r in feeder.loads]
    count = max(1, round(HEATED_SITES * len(buses)))
    heated = sorted(draw.choice(len(buses), count, replace=False).tolist())
    heat_mw = HEAT * total / count
    site = str(draw.choice(buses))
    energy = VEHICLE_MWH * total
    active = RESOURCES.add_to(others)
    return replace(
        active,
        loads=(
            *active.loads,
            *(Load(area, f"heat-{buses[n]}", buses[n], heat_mw, profile="heat") for n in heated),
        ),
        shiftable_loads=(
            ShiftableLoad(area, "vehicles", site, energy, energy / VEHICLE_H, *NIGHT),
        ),
    )


def _transmission(upper: NetworkTables) -> NetworkTables:
    """IEEE 118 without loads, with units in blocks, wind and pumped storage."""
    running = {o.owner for o in upper.offers if o.price_usd_per_mwh == 20.0}
    units = [
        replace(g, p_min_mw=0.0, p_max_mw=SIZE * g.p_max_mw if g.generator in running else 40.0)
        for g in upper.generators
    ]
    spread = [n * 0.6180339887 % 1.0 for n in range(len(units))]  # evenly, by the golden ratio
    offers = [
        offer
        for unit, part in zip(units, spread, strict=True)
        for offer in blocks(unit, BLOCKS, *_prices(part, runs=unit.generator in running))
    ]
    parks = [
        Generator("T", f"wind-{bus}", bus, 0.0, mw, profile="wind", technology="wind")
        for bus, mw in WIND_MW.items()
    ]
    return replace(
        upper,
        loads=(),
        branches=tuple(_rated(k) for k in upper.branches),
        generators=(*units, *parks),
        offers=(*offers, *map(free, parks)),
        storage=tuple(_pumped(bus, mw) for bus, mw in PUMPED_MW.items()),
    )


def _rated(branch: Branch) -> Branch:
    rating = RATINGS_MVA.get(branch.branch)
    return replace(branch, rating_mva=None if rating is None else RATED * rating)


def _prices(part: float, *, runs: bool) -> tuple[float, float]:
    """First and last price ($/MWh) of a unit that runs in the load flow, or of a peaker."""
    return (12 + 24 * part, 70 + 40 * part) if runs else (75 + 25 * part, 180.0)


def _pumped(bus: str, mw: float) -> Storage:
    half = PUMPED_H * mw / 2
    return Storage(
        "T", f"pumped-{bus}", bus, mw, mw, 2 * half, energy_initial_mwh=half,
        energy_final_mwh=half, charge_efficiency=0.87, discharge_efficiency=0.87,
    )  # fmt: skip


def season_days(profiles: Path) -> dict[str, float]:
    """Two days of every season that stand for its days, with their weights."""
    series = read_series(profiles, ZONE, list(pd.read_parquet(profiles).columns))
    found: dict[str, float] = {}
    for months in SEASONS.values():
        own = [day for day in series.days if day.month in months]
        chosen = representative_days(series, own, 2)
        found |= {str(day): weight for day, weight in chosen.items()}
    return dict(sorted(found.items()))


def horizon_text(days: dict[str, float]) -> str:
    """The table `[horizon]` of the study."""
    named = ", ".join(f'"{day}" = {weight:g}' for day, weight in days.items())
    return (
        "\n[horizon]  # for all of the year leave out stands_for and days\n"
        f'profiles = "{YEAR}.parquet"\nzone = "{ZONE}"\n'
        f"stands_for = {sum(days.values()):g}\ndays = {{ {named} }}\n"
    )


def main() -> None:
    """Write scenario, profiles and study."""
    profiles = FOLDER / f"{YEAR}.parquet"
    year_of_profiles(SEED).to_parquet(profiles, index=False)
    write_scenario(nation(), FOLDER / "scenario")
    text = study_text(Study("national_year", FOLDER / "scenario", {"cmo": Cmo()}, margin=MARGIN))
    (FOLDER / "study.toml").write_text(text + horizon_text(season_days(profiles)))


if __name__ == "__main__":
    main()
