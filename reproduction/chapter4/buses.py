"""Load and price at the buses of feeders."""

import pandas as pd

from market.designs import Design
from reproduction.chapter4.designs import (
    ASSUMED_A,
    CASES_AND_CMO,
    CHOSEN,
    CMO,
    HOURS,
    LAST_CASE,
    SYSTEM,
)
from reproduction.chart import Chart
from reproduction.findings import listed, span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import panels_by
from scenarios.results import BID, LOAD

BUS = ("bus", "bus")


@item(
    "fig-4.4",
    "Scheduled load at the buses of each feeder under CMO, hours 6, 10, 16, 19",
    f"Load served, inelastic and flexible together; {ASSUMED_A}.",
)
def load_schedule(solved: Solved) -> Reproduced:
    """Load (MW) by area, bus and hour."""
    parts = [at_buses(solved, CMO, hour).assign(hour=f"hour {hour}") for hour in HOURS]
    table = pd.concat(parts, ignore_index=True)[["hour", "area", "bus", "load_mw"]]
    panels = panels_by(table, "area", "hour", (BUS, ("load_mw", "load, MW")), "bars")
    total = table.groupby("hour", sort=False)["load_mw"].sum()
    (most,) = table.nlargest(1, "load_mw").itertuples()
    finding = (
        f"All feeders are served {listed(f'{p:.1f} MW at {h}' for h, p in total.items())}. "
        f"The largest load is that of bus {most.bus} of {most.area}, {most.load_mw:.2f} MW at "
        f"{most.hour}."
    )
    return Reproduced(table, Chart(panels, columns=1), finding)


@item(
    "fig-4.8",
    "Load and DLMP at the buses of each feeder, Case 4 and CMO, hour 6",
    f"{CHOSEN}; {ASSUMED_A}.",
)
def bus_profile(solved: Solved) -> Reproduced:
    """Load (MW) and DLMP ($/MWh) by case, area and bus."""
    parts = [
        at_buses(solved, CASES_AND_CMO[name], HOURS[0]).assign(case=name)
        for name in (LAST_CASE, "CMO")
    ]
    table = pd.concat(parts, ignore_index=True)
    loads = panels_by(table, "area", "case", (BUS, ("load_mw", "load, MW")), "bars")
    prices = panels_by(table, "area", "case", (BUS, ("dlmp_usd_per_mwh", "DLMP, $/MWh")))
    finding = f"{_loads_told(table)} {_prices_told(table)}"
    return Reproduced(table, Chart((*loads, *prices), columns=len(loads)), finding)


def _loads_told(table: pd.DataFrame) -> str:
    total = table.groupby("case", sort=False)["load_mw"].sum()
    cases = (table[table["case"] == case].set_index(["area", "bus"]) for case in total.index)
    last, cmo = (own["load_mw"] for own in cases)
    more = (last - cmo).rename("more").reset_index()
    (most,) = more.nlargest(1, "more").itertuples()
    return (
        f"At hour {HOURS[0]} Case 4 serves {total[LAST_CASE]:.2f} MW and CMO "
        f"{total['CMO']:.2f} MW, the most above it at bus {most.bus} of {most.area} by "
        f"{most.more:.2f} MW."
    )


def _prices_told(table: pd.DataFrame) -> str:
    spans = {
        str(case): [
            f"{span(own['dlmp_usd_per_mwh'], '.2f')} in {area}"
            for area, own in rows.groupby("area", sort=False)
        ]
        for case, rows in table.groupby("case", sort=False)
    }
    return (
        f"DLMPs of Case 4 are {listed(spans[LAST_CASE])} $/MWh, those of CMO "
        f"{listed(spans['CMO'])}."
    )


def at_buses(solved: Solved, design: Design, hour: int) -> pd.DataFrame:
    """Load served (MW) and price ($/MWh) at every bus of every feeder in one hour."""
    tables = solved.clearing(SYSTEM, design).tables
    dispatch, lmp = tables["dispatch"].to_pandas(), tables["lmp"].to_pandas()
    served = dispatch[(dispatch["period"] == hour) & dispatch["kind"].isin([LOAD, BID])]
    load = served.groupby(["area", "bus"], as_index=False)["p_mw"].sum()
    distribution = solved.scenario(SYSTEM).distribution
    prices = lmp[(lmp["period"] == hour) & lmp["area"].isin(distribution)]
    joined = prices.merge(load, how="left", on=["area", "bus"])
    none = joined["p_mw"].isna()  # a bus without loads
    return pd.DataFrame(
        {
            "area": joined["area"],
            "bus": joined["bus"],
            "load_mw": joined["p_mw"].mask(none, 0.0),
            "dlmp_usd_per_mwh": joined["lmp_usd_per_mwh"],
        }
    )


ITEMS = (load_schedule, bus_profile)
