"""Reserve that is asked and not held: said of the clearing, never passed over."""

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
