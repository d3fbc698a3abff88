"""What operators keep at locational marginal prices, part by part, and again from other numbers.

In a lossless network the payments of all users less the payments to all producers equal the sum
of shadow price times flow over the branches: F. F. Wu, P. Varaiya, P. Spiller, S. Oren, "Folk
Theorems on Transmission Access", J. Regul. Econ. 10, 1996.
"""

from collections.abc import Sequence

import pandas as pd

from market.pricing.lmp_table import PLACE, at_buses
from market.pricing.outage_rents import with_outages
from market.pricing.phase_shift import phase_shift_rent
from scenarios.pricing import BOUNDARY, COMPENSATION, PRICE, SHUNT, ClearedDay, Rents
from scenarios.results import SPILLED, UNSERVED, of_network
from scenarios.scenario import Scenario
from scenarios.totals import hours_of, total

CONGESTION, FEEDER, LOSS, INTERFACE = "congestion", "feeder", "loss", "interface"
LAWS = {
    CONGESTION: "transmission congestion rent = shadow price x flow",
    FEEDER: "feeder rent = shadow price x flow",
    LOSS: "loss rent = marginal losses paid for less losses",
    INTERFACE: "interface rent = difference of the bus prices x boundary energy",
}


def lmp_rents(day: ClearedDay, paid: pd.DataFrame, extra: Sequence[str]) -> Rents:
    """Parts ($) of what every operator keeps in every period; `extra` products are premiums.

    Parts come from prices and withdrawals; what checks them comes from flows and shadow prices,
    and from the prices at both ends of a boundary.
    """
    every = day.every
    flows, lmp, boundary = (day.tables[n].to_pandas() for n in ("flow", "lmp", "boundary"))
    flows = with_outages(flows, day.tables.get("outage_limit"))
    rows = day.withdrawals.join(at_buses(day, day.withdrawals))
    shifted = phase_shift_rent(day.scenario, flows, lmp)
    parts = _by_prices(rows, paid, every)
    top = paid[paid["product"].isin(extra)]
    parts["premium"] = -total(top, top["amount_usd"], every)
    parts["phase_shift"] = total(shifted, shifted["rent_usd"], every)
    parts[CONGESTION] -= parts["phase_shift"]
    crossing = boundary["p_mw"] * hours_of(day.scenario, boundary["period"])
    apart = boundary["dlmp_usd_per_mwh"] - boundary["lmp_usd_per_mwh"]
    parts[INTERFACE] = total(boundary, crossing * apart, every)
    congested, lost = _by_flows(day.scenario, flows, lmp)
    checks = pd.DataFrame(
        {
            CONGESTION: total(flows, congested, every),
            LOSS: total(flows, lost, every),
            INTERFACE: _across(day.scenario, rows, every),
        }
    )
    nothing = (parts == 0.0) & ~(checks.reindex(columns=parts.columns).abs() > 0.0)
    nothing[CONGESTION] = False
    upper = day.scenario.transmission
    return Rents(_feeders_apart(parts.mask(nothing), upper), _feeders_apart(checks, upper), LAWS)


def _feeders_apart(rents: pd.DataFrame, transmission: str) -> pd.DataFrame:
    """The same, with congestion in distribution areas under a name of its own."""
    upper = rents.index.get_level_values("area") == transmission
    congestion = rents.pop(CONGESTION)
    rents.insert(0, FEEDER, congestion.mask(upper))
    rents.insert(0, CONGESTION, congestion.where(upper))
    return rents


def _by_prices(rows: pd.DataFrame, paid: pd.DataFrame, every: pd.MultiIndex) -> pd.DataFrame:
    """Parts by prices and withdrawals; a price part that the physics lacks adds nothing.

    An operator pays for what shunts and spilled energy consume, has what its DC lines earn, and
    for unserved energy it keeps the price and pays the compensation.
    """
    energy, kind = rows["withdrawn_mwh"], rows["kind"]
    worth = energy * rows[PRICE]
    lost = energy * (rows["loss_usd_per_mwh"] + rows["energy_usd_per_mwh"])
    unserved = total(rows, worth[kind == UNSERVED], every)
    compensated = paid[paid["product"] == COMPENSATION]
    return pd.DataFrame(
        {
            CONGESTION: total(rows, energy * rows["congestion_usd_per_mwh"], every),
            "voltage": total(rows, energy * rows["voltage_usd_per_mwh"], every),
            LOSS: total(rows, lost, every),
            "shunt": -total(rows, worth[kind == SHUNT], every),
            "spilled": -total(rows, worth[kind == SPILLED], every),
            **{own: -total(rows, worth[kind == own], every) for own in of_network()},
            "scarcity": -unserved - total(compensated, compensated["amount_usd"], every),
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
    prices = lmp.fillna({"loss_usd_per_mwh": 0.0}).set_index(PLACE)
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
    return -total(ends.assign(area=area), ends["withdrawn_mwh"] * ends[PRICE], every)
