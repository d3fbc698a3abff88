"""A day cleared on what owners say, and what it is worth in truth."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from market.coordination import begin
from market.operators.operators import Operators
from scenarios.assets import all_assets
from scenarios.clearing import Clearing
from scenarios.scenario import Scenario
from settlement import Settlement

Assets = AbstractSet[tuple[str, str]]  # area and name


@dataclass(frozen=True)
class SaidDay:
    """The clearing and settlement of `said`; `truth` are the operators of what is so."""

    said: Scenario
    clearing: Clearing
    settled: Settlement
    truth: Operators

    @cached_property
    def _dispatch(self) -> pd.DataFrame:
        """Dispatch with the energy (MWh) of each row."""
        rows: pd.DataFrame = self.clearing.frame("dispatch")
        hours = np.array(self.said.hours)[rows["period"].to_numpy(dtype=int) - 1]
        return rows.assign(energy_mwh=rows["p_mw"] * hours)

    @cached_property
    def _surplus(self) -> pd.DataFrame:
        rows: pd.DataFrame = self.settled.surplus.to_pandas()
        return rows

    def surplus_usd(self, assets: Assets) -> float:
        """What owners of assets earn less what these cost by what was said."""
        rows = self._surplus[self._surplus["kind"].isin(["producer", "storage"])]
        return float(_of(rows, assets)["surplus_usd"].sum())

    def energy_mwh(self, assets: Assets) -> float:
        """Energy that generators make."""
        rows = self._dispatch[self._dispatch["kind"] == "generator"]
        return float(_of(rows, assets)["energy_mwh"].sum())

    def area_surplus_usd(self, area: str) -> float:
        """What an area gains, by what was said of it."""
        return self.settled.area_surplus_of_day()[area]

    def untold_usd(self, area: str) -> float:
        """True worth of an area at the power that crosses its boundaries, less what was said.

        Its operator dispatches at that power what is there. Raises SolveFailed.
        """
        begin(self.truth)
        names = [operator.name for operator in self.truth.distribution]
        operator = self.truth.distribution[names.index(area)]
        crossed = self.clearing.frame("boundary").query("area == @area")
        wide = crossed.pivot_table("p_mw", "boundary", "period")
        schedule = wide.loc[list(self.said.area(area).ports)].to_numpy()
        own = self._dispatch[self._dispatch["area"] == area]
        told = float((own["value_usd"].fillna(0.0) - own["cost_usd"].fillna(0.0)).sum())
        return float(operator.price_at(np.ascontiguousarray(schedule)).welfare.sum()) - told

    @property
    def bill_usd(self) -> float:
        """What all consumers pay."""
        rows = self._surplus
        return -float(rows.loc[rows["kind"] == "consumer", "received_usd"].sum())

    @property
    def consumed_mwh(self) -> float:
        """Energy that all consumers take."""
        kinds = [kind for kind, asset in all_assets().items() if asset.group == "consumer"]
        rows = self._dispatch
        return float(rows.loc[rows["kind"].isin(kinds), "energy_mwh"].sum())

    @property
    def operators_usd(self) -> float:
        """What the operators of all networks keep."""
        rows = self._surplus
        return float(rows.loc[rows["kind"].isin(["tso", "dso"]), "received_usd"].sum())


def _of(rows: pd.DataFrame, assets: Assets) -> pd.DataFrame:
    keys = zip(rows["area"], rows["asset"], strict=True)
    return rows[[key in assets for key in keys]]
