"""Local and wholesale sales of small generators: who there is, and how one hour clears."""

import pandas as pd

from market.designs.local_wholesale import LocalWholesale
from reproduction.chapter4.designs import TIGHT
from reproduction.chapter4.light_load import RATINGS_MVA, LightLoad
from reproduction.chapter4.local_books import local_books, local_prices, tidy
from reproduction.chart import Chart, Panel, Series
from reproduction.findings import listed, span
from reproduction.item import Item, Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by
from scenarios.results import GENERATOR

SYSTEM = "local-wholesale"
ASSUMED = (
    "IEEE 14 with a passive feeder at bus 9 and active ones at 10 and 14, made-up generators and "
    "bids, half of type 1 power offered wholesale at marginal cost"
)
DESIGN = LocalWholesale(TIGHT)
LEVEL = 0.5
LIGHT = LightLoad(LEVEL)
CHOSEN = (
    f"chosen so that sales show: {LEVEL:.0%} of the load in distribution, and ratings of "
    f"{listed(f'{r:g} MVA on {k}' for k, r in RATINGS_MVA.items())} in transmission"
)
LEAST_MW = 1e-3  # that is told
GROUPS = {"type1": "type 1", "type2": "type 2", None: "type 2"}


@item(
    "table-4.7",
    "Distributed generators and their offers",
    f"Type 1 may sell wholesale, type 2 sells locally; {ASSUMED}.",
)
def generators(solved: Solved) -> Reproduced:
    """Generators of distribution areas with their costs and wholesale offers."""
    scenario = solved.scenario(SYSTEM)
    rows = []
    for area in scenario.distribution:
        view = scenario.area(area)
        for name, g in view.generators.items():
            segment = view.offers[name][0]
            rows.append(
                {
                    "area": area,
                    "area_type": view.type,
                    "generator": name,
                    "type": GROUPS[g.participation],
                    "bus": g.bus,
                    "p_max_mw": g.p_max_mw,
                    "first_usd_per_mwh": segment.price_usd_per_mwh,
                    "slope_usd_per_mw2h": segment.slope_usd_per_mw2h,
                    "gamma": g.gamma,
                    "beta_usd_per_mwh": g.beta,
                }
            )
    table = pd.DataFrame(rows)
    first = table[table["type"] == "type 1"]
    power = table.groupby("type")["p_max_mw"].sum()
    finding = (
        f"{len(first)} generators of type 1 with {power['type 1']:.0f} MW and "
        f"{len(table) - len(first)} of type 2 with {power['type 2']:.0f} MW stand in "
        f"{table['area'].nunique()} of {len(scenario.distribution)} areas. "
        f"Type 1 offers a share of {span(first['gamma'], '.0%')} wholesale, "
        f"{(first['gamma'] * first['p_max_mw']).sum():.1f} MW in all, at "
        f"{span(first['beta_usd_per_mwh'], '.2f')} $/MWh."
    )
    return Reproduced(table, finding=finding)


def _snapshot(name: str, hour: int) -> Item:
    """The item that shows how one hour clears."""

    @item(
        name,
        f"Clearing of local and wholesale markets at hour {hour}",
        f"Purchases from the grid are counted before wholesale sales; {CHOSEN}; {ASSUMED}.",
    )
    def clearing(solved: Solved) -> Reproduced:
        return _cleared_hour(solved, hour)

    return clearing


def _cleared_hour(solved: Solved, hour: int) -> Reproduced:
    scenario, tables = solved.scenario(LIGHT), solved.clearing(LIGHT, DESIGN).tables
    dispatch, lmp, boundary = (
        frame[frame["period"] == hour]
        for frame in (tables[name].to_pandas() for name in ("dispatch", "lmp", "boundary"))
    )
    home = scenario.transmission
    units = dispatch[(dispatch["area"] == home) & (dispatch["kind"] == GENERATOR)]
    buses = lmp[lmp["area"] == home]
    upper = (
        tidy(home, "output", units["asset"], units["p_mw"], "MW"),
        tidy(home, "LMP", buses["bus"], buses["lmp_usd_per_mwh"], "$/MWh"),
    )
    books = local_books(scenario, dispatch, boundary)
    prices = local_prices(scenario, lmp, boundary)
    panels = []
    for own, x, y in zip(upper, ("generator", "bus"), ("output, MW", "LMP, $/MWh"), strict=True):
        bars = Series("transmission", list(own["name"]), list(own["value"]), "bars", colour=7)
        panels.append(Panel("transmission", x, y, (bars,)))
    for title, own, unit in (
        ("local markets", books, "power, MW"),
        ("prices", prices, "price, $/MWh"),
    ):
        series = series_by(own, "quantity", "area", "value", "bars")
        panels.append(Panel(title, "distribution area", unit, series))
    table = pd.concat([*upper, books, prices], ignore_index=True)
    return Reproduced(table, Chart(tuple(panels)), _told(upper[1], books, prices, hour))


def _told(lmp: pd.DataFrame, books: pd.DataFrame, prices: pd.DataFrame, hour: int) -> str:
    of = {(r.area, r.quantity): float(str(r.value)) for r in books.itertuples()}
    sellers = [a for a in books["area"].unique() if of[a, "type 1, wholesale"] > LEAST_MW]
    sold = [f"{of[a, 'type 1, wholesale']:.1f} MW from {a}" for a in sellers]
    price = {(r.area, r.quantity): float(str(r.value)) for r in prices.itertuples()}
    ahead = [
        f"{price[a, 'boundary LMP']:.1f} instead of {price[a, 'lowest local price']:.1f} at {a}"
        for a in sellers
    ]
    return (
        f"At hour {hour} transmission prices are {span(lmp['value'], '.1f')} $/MWh, and generators "
        f"of type 1 sell {listed(sold)} wholesale. "
        f"There they earn the boundary price instead of the local one, in $/MWh: {listed(ahead)}."
    )


ITEMS = (generators, _snapshot("fig-4.15", 4), _snapshot("fig-4.16", 10), _snapshot("fig-4.17", 19))
