"""The clearings that the items of this chapter speak of, and their names."""

from market.coordination.methods.schedules import Schedules
from market.designs import Design
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated

SYSTEM = "A"  # of the cases and the coordinated output
ASSUMED_A = "System A (IEEE 14 with three 17-bus feeders), made-up costs, bids and profiles"
TIGHT = Schedules(gap_relative=1e-9, price_usd_per_mwh=1e-4, max_rounds=200)
CMO = Cmo(TIGHT)
INTEGRATED = Integrated()
CASES: dict[str, Design] = {
    f"Case {n} (chi {chi} %)": Conventional(chi_percent=float(chi))
    for n, chi in enumerate((70, 85, 100, 115), start=1)
}
CASES_AND_CMO: dict[str, Design] = {**CASES, "CMO": CMO}
LAST_CASE = "Case 4 (chi 115 %)"
HOURS = (6, 10, 16, 19)
