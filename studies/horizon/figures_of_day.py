"""A cleared day in figures: one row of its own, and one for each of its periods."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.assets import all_assets
from scenarios.quantity import arrow_schema, label, quantity
from scenarios.results import SPILLED, STORAGE, UNSERVED
from scenarios.scenario import Scenario

VARIABLE = ("pv", "wind")


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """All areas together in one period."""

    period: int = label("period of the day, from 1", key=True)
    hours: float = quantity("h", "length of the period")
    price_usd_per_mwh: float = quantity(
        "$/MWh", "mean of the buses' prices, weighted by what is consumed there"
    )
    lowest_usd_per_mwh: float = quantity("$/MWh", "lowest price of any bus")
    highest_usd_per_mwh: float = quantity("$/MWh", "highest price of any bus")
    consumed_mw: float = quantity("MW", "what loads use, fixed, flexible and shiftable")
    pv_mw: float = quantity("MW", "output of PV")
    wind_mw: float = quantity("MW", "output of wind")
    other_mw: float = quantity("MW", "output of all other generators")
    curtailed_mw: float = quantity("MW", "what PV and wind could have given beyond that")
    charged_mw: float = quantity("MW", "what stores draw")
    discharged_mw: float = quantity("MW", "what stores give")
    stored_mwh: float = quantity("MWh", "energy in stores at the end of the period")
    boundary_mw: float = quantity("MW", "from transmission into distribution")
    unserved_mw: float = quantity("MW", "what is not served")
    spilled_mw: float = quantity("MW", "what is spilled")


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day under one design; all figures are null where its clearing failed."""

    day: str = label("date", key=True)
    design: str = label("name of the design", key=True)
    weight: float = quantity("d", "number of days that it stands for")
    status: str = label("ok, ok but not secure, scarcity, not agreed, invalid or failed")
    hours: float = quantity("h", "length of the day")
    welfare_usd: float | None = quantity("$", "utility less cost of the day", default=None)
    gap_relative: float | None = quantity("1", "certified gap; null without one", default=None)
    rounds: int | None = label("rounds of the coordination; null without one", default=None)
    price_usd_per_mwh: float | None = quantity(
        "$/MWh", "price that consumers meet, mean over what is consumed", default=None
    )
    consumed_mwh: float | None = quantity("MWh", "what loads use", default=None)
    pv_mwh: float | None = quantity("MWh", "output of PV", default=None)
    wind_mwh: float | None = quantity("MWh", "output of wind", default=None)
    other_mwh: float | None = quantity("MWh", "output of all other generators", default=None)
    curtailed_mwh: float | None = quantity("MWh", "what PV and wind did not give", default=None)
    discharged_mwh: float | None = quantity("MWh", "what stores give", default=None)
    boundary_mwh: float | None = quantity("MWh", "energy into distribution", default=None)
    unserved_mwh: float | None = quantity("MWh", "energy that was not served", default=None)
    spilled_mwh: float | None = quantity("MWh", "energy that was spilled", default=None)
    settlement_imbalance_usd: float | None = quantity("$", "ledger's imbalance", default=None)
    periods_violated: int | None = label(
        "periods whose AC load flow exceeds limits; null without load flows", default=None
    )
    periods_unsolved: int | None = label(
        "periods without an AC load flow that is solved; null without load flows", default=None
    )
    checks_failed: str = label("names of failed checks, separated by semicolons", default="")
    error: str = label("why the clearing failed", default="")


def period_figures(scenario: Scenario, tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    """Figures of every period of a cleared day."""
    dispatch, lmp = tables["dispatch"].to_pandas(), tables["lmp"].to_pandas()
    periods = pd.Index(scenario.periods, name="period")
    consumers = {name for name, kind in all_assets().items() if kind.group == "consumer"}
    consumed = dispatch[dispatch["kind"].isin(consumers)]
    variable = _plants(scenario, dispatch)
    stores = dispatch[dispatch["kind"] == STORAGE]

    def mw(rows: pd.DataFrame, column: str = "p_mw") -> "pd.Series[float]":
        return rows.groupby("period")[column].sum().reindex(periods, fill_value=0.0)

    p_stored = stores["p_mw"]
    shed = mw(dispatch, "unserved_mw") + mw(dispatch[dispatch["kind"] == UNSERVED])
    available = mw(variable[variable["technology"].isin(VARIABLE)], "p_max_mw")
    given = {
        technology: mw(variable[variable["technology"] == technology]) for technology in VARIABLE
    }
    by_bus = lmp.groupby("period")["lmp_usd_per_mwh"]
    columns = {
        "period": list(periods),
        "hours": list(scenario.hours),
        "price_usd_per_mwh": _mean_price(consumed, lmp, periods),
        "lowest_usd_per_mwh": by_bus.min().reindex(periods),
        "highest_usd_per_mwh": by_bus.max().reindex(periods),
        "consumed_mw": mw(consumed),
        "pv_mw": given["pv"],
        "wind_mw": given["wind"],
        "other_mw": mw(variable) - given["pv"] - given["wind"],
        "curtailed_mw": (available - given["pv"] - given["wind"]).clip(lower=0.0),
        "charged_mw": -mw(stores[p_stored < 0]),
        "discharged_mw": mw(stores[p_stored > 0]),
        "stored_mwh": mw(stores, "energy_mwh"),
        "boundary_mw": mw(tables["boundary"].to_pandas()),
        "unserved_mw": shed,
        "spilled_mw": mw(dispatch[dispatch["kind"] == SPILLED]),
    }
    return pd.DataFrame({name: np.asarray(column) for name, column in columns.items()})


def period_table(figures: pd.DataFrame) -> pa.Table:
    """The figures as the table that a horizon keeps."""
    return pa.Table.from_pandas(figures, arrow_schema(PeriodFigures), preserve_index=False)


def totals(figures: pd.DataFrame) -> DayFigures:
    """A day with what its periods add up to (MWh), and the price that its consumers meet."""
    hours = figures["hours"].to_numpy()

    def mwh(name: str) -> float:
        return float(figures[f"{name}_mw"].to_numpy() @ hours)

    used = figures["consumed_mw"].to_numpy() * hours
    weights = used if used.sum() > 0 else hours
    return DayFigures(
        day="",
        design="",
        weight=1.0,
        status="",
        hours=float(hours.sum()),
        price_usd_per_mwh=float(np.average(figures["price_usd_per_mwh"], weights=weights)),
        consumed_mwh=mwh("consumed"),
        pv_mwh=mwh("pv"),
        wind_mwh=mwh("wind"),
        other_mwh=mwh("other"),
        curtailed_mwh=mwh("curtailed"),
        discharged_mwh=mwh("discharged"),
        boundary_mwh=mwh("boundary"),
    )


def _plants(scenario: Scenario, dispatch: pd.DataFrame) -> pd.DataFrame:
    """Rows of generators, with their technology."""
    known = {(g.area, g.generator): g.technology for g in scenario.generators}
    rows = dispatch[dispatch["kind"] == "generator"]
    owners = zip(rows["area"], rows["asset"], strict=True)
    return rows.assign(technology=[known[owner] for owner in owners])


def _mean_price(
    consumed: pd.DataFrame, lmp: pd.DataFrame, periods: "pd.Index[int]"
) -> "pd.Series[float]":
    """Mean of prices by what is consumed at the buses; of all buses where nothing is."""
    keys = ["period", "area", "bus"]
    used = consumed.groupby(keys)["p_mw"].sum().clip(lower=0.0).rename("used")
    priced = lmp.set_index(keys)["lmp_usd_per_mwh"].to_frame().join(used).fillna({"used": 0.0})
    priced["paid"] = priced["used"] * priced["lmp_usd_per_mwh"]
    sums = priced.groupby("period")[["used", "paid"]].sum().reindex(periods)
    plain = lmp.groupby("period")["lmp_usd_per_mwh"].mean().reindex(periods)
    some = sums["used"] > 0
    return (sums["paid"] / sums["used"].where(some, 1.0)).where(some, plain)
