"""What the operators keep, part by part, and the parts a second time from other numbers.

In a lossless network the payments of all users less the payments to all producers equal the sum
of shadow price times flow over the branches: F. F. Wu, P. Varaiya, P. Spiller, S. Oren, "Folk
Theorems on Transmission Access", J. Regul. Econ. 10, 1996.
"""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from scenarios.quantity import arrow_schema
from scenarios.results import SPILLED, TSO, UNSERVED
from scenarios.scenario import Scenario
from settlement.accounts import DSO
from settlement.phase_shift import phase_shift_rent
from settlement.positions import BOUNDARY, SHUNT, hours_of
from settlement.records import Rent
from settlement.totals import PERIOD_AREA, period_areas, total
from settlement.wholesale import is_premium

CONGESTION, FEEDER, INTERFACE, RESIDUAL = "congestion", "feeder", "interface", "residual"
LOSS = "loss"


def rents(
    scenario: Scenario,
    tables: Mapping[str, pa.Table],
    rows: pd.DataFrame,
    shed: pd.DataFrame,
    surplus: pa.Table,
    paid: pd.DataFrame,
) -> pa.Table:
    """Parts ($) of what every operator keeps in every period, and all of it as `residual`.

    Parts come from prices and withdrawals, the residual from payments. What checks them comes
    from flows and shadow prices, from the prices at both ends of a boundary, and from the sum
    of the parts.
    """
    every = period_areas(scenario, (a.area for a in scenario.areas))
    flows, boundary = tables["flow"].to_pandas(), tables["boundary"].to_pandas()
    shifted = phase_shift_rent(scenario, flows, tables["lmp"].to_pandas())
    parts = _by_prices(rows, shed, every)
    top = paid[is_premium(paid)]
    parts["premium"] = -total(top, top["amount_usd"], every)
    parts["phase_shift"] = total(shifted, shifted["rent_usd"], every)
    parts[CONGESTION] -= parts["phase_shift"]
    crossing = boundary["p_mw"] * hours_of(scenario, boundary["period"])
    apart = boundary["dlmp_usd_per_mwh"] - boundary["lmp_usd_per_mwh"]
    parts[INTERFACE] = total(boundary, crossing * apart, every)

    congested, lost = _by_flows(scenario, flows, tables["lmp"].to_pandas())
    checks = pd.DataFrame(
        {
            CONGESTION: total(flows, congested, every),
            LOSS: total(flows, lost, every),
            INTERFACE: _across(scenario, rows, every),
            RESIDUAL: parts.sum(axis=1),
        }
    )
    operator = surplus.filter(pc.is_in(surplus["kind"], pa.array([TSO, DSO]))).to_pandas()
    parts[RESIDUAL] = total(operator, operator["received_usd"], every)
    return _table(scenario, parts, checks)


def _by_prices(rows: pd.DataFrame, shed: pd.DataFrame, every: pd.MultiIndex) -> pd.DataFrame:
    """Parts by prices and withdrawals; a price part that the physics lacks adds nothing.

    An operator pays for what shunts and spilled energy consume, and for unserved energy it
    keeps the price and pays the compensation.
    """
    energy, kind = rows["withdrawn_mwh"], rows["kind"]
    worth = energy * rows["lmp_usd_per_mwh"]
    lost = energy * (rows["loss_usd_per_mwh"] + rows["energy_usd_per_mwh"])
    unserved = total(rows, worth[kind == UNSERVED], every)
    return pd.DataFrame(
        {
            CONGESTION: total(rows, energy * rows["congestion_usd_per_mwh"], every),
            "voltage": total(rows, energy * rows["voltage_usd_per_mwh"], every),
            LOSS: total(rows, lost, every),
            "shunt": -total(rows, worth[kind == SHUNT], every),
            "spilled": -total(rows, worth[kind == SPILLED], every),
            "scarcity": -unserved - total(shed, shed["compensation_usd"], every),
        }
    )


def _by_flows(
    scenario: Scenario, flows: pd.DataFrame, lmp: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    """What limits and what losses leave of the energy ($) that goes through each branch.

    What is lost on the way is bought at the price of the bus where it would have arrived.
    """
    hours = hours_of(scenario, flows["period"])
    if flows["loss_mw"].isna().all():
        congested = flows["p_mw"] * hours * flows["shadow_usd_per_mwh"]
        return congested, 0.0 * congested
    lost = flows["loss_mw"].fillna(0.0) * hours
    prices = lmp.fillna({"loss_usd_per_mwh": 0.0}).set_index(["period", "area", "bus"])
    ends = [
        prices.loc[pd.MultiIndex.from_frame(flows[["period", "area", end]])].reset_index(drop=True)
        for end in ("from_bus", "to_bus")
    ]
    part = "loss_usd_per_mwh"
    rise = (ends[1][part] - ends[0][part]).set_axis(flows.index)
    there = ends[1].set_axis(flows.index)
    through = flows["p_mw"] * hours
    middle = through - lost / 2
    here, part_of = ends[0].set_axis(flows.index), "congestion_usd_per_mwh"
    congested = middle * flows["shadow_usd_per_mwh"] - lost * (here[part_of] + there[part_of]) / 2
    return congested, through * rise - lost * (there[part] + there["energy_usd_per_mwh"])


def _across(scenario: Scenario, rows: pd.DataFrame, every: pd.MultiIndex) -> pd.Series:
    """Interface rent by the prices of the two buses of every boundary."""
    ends = rows[rows["kind"] == BOUNDARY]
    area = ends["asset"].map({b.boundary: b.area for b in scenario.boundaries})
    return -total(ends.assign(area=area), ends["withdrawn_mwh"] * ends["lmp_usd_per_mwh"], every)


def _table(scenario: Scenario, parts: pd.DataFrame, checks: pd.DataFrame) -> pa.Table:
    """One row per period, area and kind; parts that are zero in both ways are left out."""
    wide = parts.reset_index()
    kinds = wide.melt(PERIOD_AREA, var_name="kind", value_name="amount_usd")
    kinds["check_usd"] = checks.reindex(columns=parts.columns).to_numpy().ravel(order="F")
    kinds = kinds.sort_values("period", kind="stable")
    nothing = (kinds["amount_usd"] == 0.0) & ~(kinds["check_usd"].abs() > 0.0)
    kinds = kinds[~nothing | kinds["kind"].isin([CONGESTION, RESIDUAL])]
    local = kinds["area"] != scenario.transmission
    kinds["kind"] = kinds["kind"].mask(local & (kinds["kind"] == CONGESTION), FEEDER)
    return pa.Table.from_pandas(kinds, arrow_schema(Rent), preserve_index=False)
