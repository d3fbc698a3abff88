"""Prices that are not unique: the one that holds, and the ends between which it was chosen."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa

from validation.check import Check, Missed, check
from validation.cleared import Cleared
from validation.judged import devices_unearned
from validation.local import LocalTrade
from validation.priced import Priced
from validation.slack import slack_unearned
from validation.tolerances import Tolerances

PRICE, LOWEST, HIGHEST = (f"{name}_usd_per_mwh" for name in ("lmp", "lowest", "highest"))


def ties_hold(cleared: Cleared, within: Tolerances) -> Iterator[Check]:
    """The price that holds is an end or the middle, and nobody would rather do else at an end."""
    lmp = cleared.lmp
    tied = np.isfinite(lmp[LOWEST]) | np.isfinite(lmp[HIGHEST])
    low, high = (np.where(tied, lmp[end], lmp[PRICE]) for end in (LOWEST, HIGHEST))
    rules = [np.abs(lmp[PRICE] - chosen) for chosen in (low, (low + high) / 2, high)]
    missed = min(rules, key=lambda by: float(np.nan_to_num(by, nan=np.inf).max(initial=0.0)))
    crossed = np.maximum(low - high, 0.0)
    names = cleared.grid.bus_names
    yield check(
        "choice of prices", within.price, "$/MWh", Missed(names, missed), Missed(names, crossed)
    )
    if tied.any() and not cleared.has_currents:
        yield _supports(cleared, LOWEST, within)
        yield _supports(cleared, HIGHEST, within)


def _supports(cleared: Cleared, end: str, within: Tolerances) -> Check:
    """What parties leave unearned ($) at the prices of an end.

    Buses whose reactive power has a price, local markets and areas that hold reserve are left
    out: what reactive power, a ban on exports and reserve are worth at the end is not known.
    """
    table = cleared.clearing.tables["lmp"]
    lmp = table.to_pandas()
    priced = lmp["reactive_usd_per_mvarh"].astype(float).fillna(0.0).abs()
    free = priced.groupby([lmp["area"], lmp["bus"]]).transform("max") == 0.0
    free &= ~lmp["area"].isin(LocalTrade(cleared).areas)
    free &= ~lmp["area"].isin({r.area for r in cleared.scenario.reserves})
    lmp[PRICE] = lmp[end].fillna(lmp[PRICE]).where(free, lmp[PRICE])
    tables = {**cleared.clearing.tables, "lmp": pa.Table.from_pandas(lmp, table.schema)}
    other = Priced(Cleared(cleared.scenario, replace(cleared.clearing, tables=tables)))
    parts = [*devices_unearned(other), *slack_unearned(other)]
    total = sum(float(np.abs(part.by).sum()) for part in parts)
    name = f"{end.partition('_')[0]} prices support the dispatch"
    return Check(name, total, within.gap_usd, "$", "day")
