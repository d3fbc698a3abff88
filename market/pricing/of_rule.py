"""A cleared day as if other prices than those of held integers had been published."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from scenarios.findings import Finding, InvalidInput
from scenarios.names import joined
from scenarios.results import FIXED_RULE, RESERVE_NAMES
from scenarios.scenario import Scenario

Tables = Mapping[str, pa.Table]
PRICE = "price_usd_per_mwh"
PARTS = [
    *(f"{part}_usd_per_mwh" for part in ("energy", "congestion", "voltage", "loss")),
    "reactive_usd_per_mvarh",
]


def at_rule(scenario: Scenario, tables: Tables, rule: str) -> dict[str, pa.Table]:
    """The tables with the prices of `rule` at buses, branches, boundaries and for reserves.

    Raises InvalidInput where plants start and stop and the clearing lacks these prices. Without
    such plants they are those that are published.
    """
    if not scenario.commitments:
        return dict(tables)
    other = tables["other_price"].to_pandas()
    prices = other[other["rule"] == rule].set_index(["kind", "area", "name", "period"])
    if prices.empty:
        finding = f"the clearing has no prices by the rule {rule!r}"
        cure = "clear it with operators that price it otherwise as well: Operators(reprices=True)"
        raise InvalidInput("the prices to settle at", [Finding("other_price", finding, cure)])
    lmp, boundary = (tables[name].to_pandas() for name in ("lmp", "boundary"))
    at_bus = _of(prices, "bus", lmp["area"], lmp["bus"], lmp["period"])
    lmp["lmp_usd_per_mwh"], lmp[PARTS] = at_bus[PRICE], at_bus[PARTS]
    lmp[["lowest_usd_per_mwh", "highest_usd_per_mwh"]] = float("nan")
    upper = pd.Series(scenario.transmission, boundary.index)
    ends = {b.boundary: (b.transmission_bus, b.root_bus) for b in scenario.boundaries}
    for n, (area, column) in enumerate(
        ((upper, "lmp_usd_per_mwh"), (boundary["area"], "dlmp_usd_per_mwh"))
    ):
        bus = boundary["boundary"].map({b: both[n] for b, both in ends.items()})
        boundary[column] = _of(prices, "bus", area, bus, boundary["period"])[PRICE]
    flow = tables["flow"].to_pandas()
    along = _of(prices, "branch", flow["area"], flow["branch"], flow["period"])
    flow["shadow_usd_per_mwh"] = along[PRICE]
    reserves = {name: _reserves(prices, tables[name].to_pandas(), name) for name in RESERVE_NAMES}
    limits = tables["outage_limit"].to_pandas()
    limits = limits[limits["rule"] == rule].assign(rule=FIXED_RULE)
    changed = {
        "lmp": lmp,
        "boundary": boundary,
        "flow": flow,
        **reserves,
        "outage_limit": limits,
    }
    return {**tables, **{n: _table(rows, tables[n].schema) for n, rows in changed.items()}}


def _reserves(prices: pd.DataFrame, rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Requirements of reserve, or what assets hold of it, at the prices."""
    parts = rows[list(RESERVE_NAMES[kind])].astype(object).fillna("").to_numpy()
    names = pd.Series(
        [joined(*filter(None, part)) for part in parts], index=rows.index, dtype=object
    )
    found = _of(prices, kind, rows["area"], names, rows["period"])
    return rows.assign(**{PRICE: found[PRICE]})


def _of(
    prices: pd.DataFrame, kind: str, area: pd.Series, name: pd.Series, period: pd.Series
) -> pd.DataFrame:
    """The prices of named things, by the index of the names."""
    rows = pd.MultiIndex.from_arrays([[kind] * len(area), area, name, period])
    return prices.reindex(rows).set_axis(area.index)


def _table(rows: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pandas(rows, schema, preserve_index=False)
