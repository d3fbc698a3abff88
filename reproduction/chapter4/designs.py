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
ESSENTIAL, LAST_CASE = "Case 2 (chi 100 %)", "Case 4 (chi 90 %, flexible)"
CASES: dict[str, Design] = {
    "Case 1 (chi 70 %)": Conventional(chi_percent=70.0),
    ESSENTIAL: Conventional(chi_percent=100.0),
    "Case 3 (chi 130 %)": Conventional(chi_percent=130.0),
    LAST_CASE: Conventional(chi_percent=90.0, include_flexible=True),
}
CASES_AND_CMO: dict[str, Design] = {**CASES, "CMO": CMO}
CHOSEN = (
    "Cases 1 to 3 bid chi = 70, 100, 130 % of net essential demand, Case 4 90 % of it and all "
    "flexible load, inelastic: chosen so far apart that their effect shows"
)
HOURS = (6, 10, 16, 19)
