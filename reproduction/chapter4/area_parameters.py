"""What the distribution areas of System A are made of, and its profiles."""

from collections.abc import Iterator

import pandas as pd

from reproduction.chapter4.designs import ASSUMED_A, HOURS, SYSTEM
from reproduction.chart import Chart, Panel
from reproduction.findings import listed, span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by
from scenarios.scenario import AreaView

FIRST_HOUR = (None, 1)  # values start and end alike in all hours


@item(
    "table-4.1",
    "Parameters of the distribution areas",
    f"One row for each load, flexible load and generator, with the price of its first and its "
    f"last MW; {ASSUMED_A}.",
)
def ds_parameters(solved: Solved) -> Reproduced:
    """Power (MW) and prices ($/MWh) of all that the feeders hold."""
    scenario = solved.scenario(SYSTEM)
    rows = [row for area in scenario.distribution for row in _holdings(scenario.area(area))]
    table = pd.DataFrame(rows)
    return Reproduced(table, finding=_holdings_told(table))


@item("table-4.2", "Profiles of load, solar and wind power", f"Factors by hour; {ASSUMED_A}.")
def profiles(solved: Solved) -> Reproduced:
    """Factor on the greatest power by profile and hour."""
    scenario = solved.scenario(SYSTEM)
    rows = [{"profile": p.profile, "hour": p.period, "value": p.value} for p in scenario.profiles]
    table = pd.DataFrame(rows)
    panel = Panel("", "hour of the day", "factor", series_by(table, "profile", "hour", "value"))
    shown = table[table["hour"].isin(HOURS)].groupby("profile", sort=False)["value"]
    told = [f"{listed(f'{v:.0%}' for v in own)} of {profile}" for profile, own in shown]
    most = table.loc[table.groupby("profile", sort=False)["value"].idxmax()]
    peaks = [f"{m.profile} at hour {m.hour}" for m in most.itertuples()]
    finding = (
        f"Hours {listed(map(str, HOURS))} have {', '.join(told)}. "
        f"The day is greatest in {listed(peaks)}."
    )
    return Reproduced(table, Chart((panel,)), finding)


def _holdings_told(table: pd.DataFrame) -> str:
    of_kind = table.groupby("kind", sort=False)["p_max_mw"].sum()
    areas = table["area"].nunique()
    priced = table.dropna(subset="first_usd_per_mwh")
    flexible = priced[priced["kind"] == "flexible load"]
    made = priced[priced["kind"] == "generator, thermal"]
    return (
        f"{areas} areas hold {listed(f'{p:.1f} MW of {kind}' for kind, p in of_kind.items())}. "
        f"The first MW of flexible loads is worth {span(flexible['first_usd_per_mwh'], '.0f')} "
        f"$/MWh and the last {span(flexible['last_usd_per_mwh'], '.0f')}, where generators cost "
        f"{span([*made['first_usd_per_mwh'], *made['last_usd_per_mwh']], '.0f')} $/MWh."
    )


def _holdings(view: AreaView) -> Iterator[dict[str, object]]:
    boundary = ", ".join(view.ports)
    for load in view.loads.values():
        yield _row(view, boundary, "inelastic load", load.load, load.bus, load.p_mw)
    for bid in view.bids.values():
        ends = _prices(view, bid.bid, -1)
        yield _row(view, boundary, "flexible load", bid.bid, bid.bus, bid.p_max_mw) | ends
    for g in view.generators.values():
        kind = f"generator, {g.technology}"
        ends = _prices(view, g.generator, +1)
        yield _row(view, boundary, kind, g.generator, g.bus, g.p_max_mw) | ends


def _row(
    view: AreaView, boundary: str, kind: str, name: str, bus: str, p_mw: float
) -> dict[str, object]:
    return {
        "area": view.name,
        "boundary": boundary,
        "kind": kind,
        "name": name,
        "bus": bus,
        "p_max_mw": p_mw,
    }


def _prices(view: AreaView, owner: str, rise: int) -> dict[str, object]:
    segments = [s for s in view.offers[owner] if s.period in FIRST_HOUR]
    last = segments[-1]
    return {
        "first_usd_per_mwh": segments[0].price_usd_per_mwh,
        "last_usd_per_mwh": last.price_usd_per_mwh
        + rise * last.slope_usd_per_mw2h * last.quantity_mw,
    }


ITEMS = (ds_parameters, profiles)
