"""Reserve that is asked and not held, or offered and not seen: said, never passed over."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scenarios.clearing import Clearing
from scenarios.scenario import Hourly

SMALLEST_MWH = 1e-6  # less is what solvers leave of zero


def with_shortage(clearing: Clearing, hours: Hourly) -> Clearing:
    """The clearing with a note for each reserve that is short."""
    rows = clearing.frame("reserve")
    short = rows["shortage_mw"] * np.array(hours)[rows["period"].to_numpy(dtype=int) - 1]
    sums = short.groupby([rows["area"], rows["reserve"]]).sum()
    notes = tuple(
        f"area '{area}': {mwh:,.3f} MWh of reserve '{reserve}' are not held"
        for (area, reserve), mwh in sums[sums > SMALLEST_MWH].items()
    )
    return replace(clearing, notes=(*clearing.notes, *notes)) if notes else clearing


def with_unseen_offers(clearing: Clearing, offered: Sequence[str]) -> Clearing:
    """The clearing with a note where reserve is `offered` over boundaries, and none was traded."""
    if not offered or clearing.tables["boundary_reserve"].num_rows:
        return clearing
    met = ", ".join(f"'{boundary}'" for boundary in dict.fromkeys(offered))
    note = f"reserve offered over boundaries {met} is left out: operators hold their own"
    return replace(clearing, notes=(*clearing.notes, note))
