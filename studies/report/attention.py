"""What a reader of a run must not overlook: energy not served, limits that bind, who pays."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from scenarios.results import SPILLED, UNSERVED
from studies.runs.ac_check import relative_excess
from studies.runs.summary import SCARCITY_MWH

MOST_ROWS = 15
BINDS = 1e-3  # $/MWh; a smaller shadow price is arithmetic


def scarce_places(dispatch: pd.DataFrame, hours: Sequence[float]) -> pd.DataFrame:
    """Energy not served and spilled (MWh) by design, area and place, with the hours it lasts."""
    length = np.array(hours)[dispatch["period"] - 1]
    at_bus = dispatch["p_mw"].where(dispatch["kind"].isin([UNSERVED, SPILLED]), 0.0)
    rows = dispatch.assign(
        what=np.where(dispatch["kind"] == SPILLED, "spilled", "not served"),
        place=dispatch["asset"].where(~dispatch["kind"].isin([UNSERVED, SPILLED]), "bus ")
        + dispatch["bus"].where(dispatch["kind"].isin([UNSERVED, SPILLED]), ""),
        energy_mwh=(at_bus + dispatch["unserved_mw"]) * length,
        hours=length,
    )
    rows = rows[rows["energy_mwh"] > SCARCITY_MWH]
    keys = ["design", "what", "area", "place"]
    sums = rows.groupby(keys, sort=False, as_index=False)[["energy_mwh", "hours"]].sum()
    return sums.sort_values("energy_mwh", ascending=False, kind="stable")


def binding_limits(flow: pd.DataFrame, hours: Sequence[float]) -> pd.DataFrame:
    """Branches at their limit by design, with hours and the value of the limit over the day ($).

    The value is shadow price x flow x hours: the congestion rent of the branch.
    """
    length = np.array(hours)[flow["period"] - 1]
    shadow = flow["shadow_usd_per_mwh"].abs()
    rows = flow.assign(
        hours=length,
        value_usd=shadow * flow["p_mw"].abs() * length,
        highest_usd_per_mwh=shadow,
    )[shadow > BINDS]
    return (
        rows.groupby(["design", "area", "branch"], sort=False, as_index=False)
        .agg(
            hours=("hours", "sum"),
            value_usd=("value_usd", "sum"),
            highest_usd_per_mwh=("highest_usd_per_mwh", "max"),
        )
        .sort_values("value_usd", ascending=False, kind="stable")
    )


def payers(who_pays: pd.DataFrame) -> pd.DataFrame:
    """What each group (rows) gains by wholesale sales under each design ($ of the day)."""
    return who_pays.pivot_table("change_usd", "group", "design", sort=False, fill_value=0.0)


def exceeded_limits(violation: pd.DataFrame) -> pd.DataFrame:
    """Limits that load flows exceed by design and element: hours, worst value, worst first."""
    rows = violation.assign(excess=relative_excess(violation))
    rows = rows.sort_values("excess", ascending=False, kind="stable")
    keys = ["design", "area", "element", "kind"]
    worst = rows.groupby(keys, sort=False, as_index=False).agg(
        hours=("period", "size"), worst=("value", "first"), limit=("limit", "first")
    )
    units = {"overload": "MVA", "wide angle": "deg"}
    return worst.assign(unit=[units.get(kind, "p.u.") for kind in worst["kind"]])


def inexact_branches(relaxation: pd.DataFrame) -> pd.DataFrame:
    """Branches whose losses a relaxation overstated: hours and greatest excess, worst first."""
    if relaxation.empty:
        return relaxation
    sums = relaxation.groupby(["design", "area", "branch"], sort=False, as_index=False).agg(
        hours=("period", "size"), excess_mw=("excess_loss_mw", "max")
    )
    return sums.sort_values("excess_mw", ascending=False, kind="stable").head(MOST_ROWS)


def worst_outages(outage: pd.DataFrame) -> pd.DataFrame:
    """Each outage in its worst hour, with the hours that exceed limits or have no solution."""
    rows = outage[outage["state"] != "islanding"]
    if rows.empty:
        return rows
    order = rows.assign(severity=rows["pi_mw"].fillna(np.inf))
    keys = ["design", "outage"]
    worst = order.loc[order.groupby(keys, sort=False)["severity"].idxmax()].set_index(keys)
    for state in ("violated", "unsolved"):
        worst[state] = (order["state"] == state).groupby([order[k] for k in keys]).sum()
    return worst.sort_values("severity", ascending=False, kind="stable").reset_index()
