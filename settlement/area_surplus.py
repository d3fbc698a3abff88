"""What each distribution area as a whole gains, and what of it its operator keeps."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from scenarios.pricing import BOUNDARY, COMPENSATION
from scenarios.quantity import arrow_schema
from scenarios.results import SHORTAGE, SPILLED, of_network
from scenarios.scenario import Scenario
from scenarios.totals import period_areas, total
from settlement.accounts import DSO, groups
from settlement.settlement_records import AreaSurplus


def area_surplus(
    scenario: Scenario,
    rows: pd.DataFrame,
    shed: pd.DataFrame,
    paid: pd.DataFrame,
    parties: pa.Table,
) -> pa.Table:
    """Surplus ($) of every distribution area and period: utility - cost - shed - boundary.

    That is its own welfare less what it pays the TSO; `parties` is the surplus of every party.

    Energy that the TSO leaves unserved at the boundary bus counts as shed in the area behind
    it, and what the TSO pays for it as compensation.
    """
    every = period_areas(scenario, scenario.distribution)
    cost = rows["cost_usd"]
    group = rows["kind"].map(groups())
    loads = group == "consumer"
    own = (group.notna() & ~loads) | rows["kind"].isin([SPILLED, SHORTAGE, *of_network()])
    behind = shed.assign(area=shed["consumers"])
    at_party = paid.assign(area=paid["party_area"])
    bought = at_party[paid["kind"] == BOUNDARY]
    by_tso = (paid["product"] == COMPENSATION) & (paid["area"] == scenario.transmission)
    compensated = at_party[by_tso]
    sums = pd.DataFrame(
        {
            "utility_usd": total(rows, rows["value_usd"], every),
            "cost_usd": total(rows, cost[own], every),
            "shed_usd": total(rows, cost[loads], every) + total(behind, behind["cost_usd"], every),
            "boundary_usd": -total(bought, bought["amount_usd"], every),
            "compensation_usd": total(compensated, compensated["amount_usd"], every),
        }
    )
    sums["surplus_usd"] = (
        sums["utility_usd"] - sums["cost_usd"] - sums["shed_usd"]
        - sums["boundary_usd"] + sums["compensation_usd"]
    )  # fmt: skip
    operator = parties.filter(pc.equal(parties["kind"], DSO)).to_pandas()
    sums["dso_usd"] = total(operator, operator["surplus_usd"], every)
    return pa.Table.from_pandas(sums.reset_index(), arrow_schema(AreaSurplus), preserve_index=False)
