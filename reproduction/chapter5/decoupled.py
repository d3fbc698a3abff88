"""How the decoupled load flow and its exchange settle after outages."""

from dataclasses import replace

import numpy as np
import pandas as pd

from reproduction.chapter5.systems import ASSUMED, Households
from reproduction.chart import Chart, Panel
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by
from security.outages.ac import Before
from security.outages.outage import Outage

LOST = ("2-3", "5-6", "7-9")
MOST_ROUNDS = 10
LEAST = 1e-12  # shown on a logarithmic axis
AXES = {
    "v_apart_pu": "disagreement on boundary voltages, p.u.",
    "s_apart_mva": "power that it stands for, MVA",
}


@item(
    "fig-5.3",
    "Decoupled load flow with exchange at boundaries, round by round",
    "Each round: feeders answer to their voltage with power and slope, transmission settles by "
    f"active and reactive half-steps; three outages; {ASSUMED}.",
)
def rounds(solved: Solved) -> Reproduced:
    """Half-steps and disagreement by outage and round."""
    before = solved.once(("before", Households()), lambda: Before.of(solved.scenario(Households())))
    table = pd.DataFrame([row for line in LOST for row in _rounds(before, line)])
    shown = table.assign(**{c: table[c].clip(lower=LEAST) for c in AXES})
    panels = tuple(
        Panel("", "round", words, series_by(shown, "outage", "round", column), log_y=True)
        for column, words in AXES.items()
    )
    return Reproduced(table, Chart(panels))


def _rounds(before: Before, line: str) -> list[dict[str, object]]:
    """The state after one round, after two, until both sides agree."""
    rows: list[dict[str, object]] = []
    for count in range(1, MOST_ROUNDS + 1):
        short = replace(before, exchange=replace(before.exchange, max_rounds=count))
        found = short.by_fast_decoupled(before.upper, Outage(line, (line,)))
        power = np.array(list(found.power.values()))
        rows.append(
            {
                "outage": line,
                "round": count,
                "half_steps": 2 * found.transmission.steps,
                "largest_mismatch_pu": found.transmission.mismatch,
                "v_apart_pu": found.residual_pu,
                "s_apart_mva": found.residual_mva,
                "boundary_mw": power.real.sum(),
                "boundary_mvar": power.imag.sum(),
            }
        )
        if found.outcome == "solved":
            break
    return rows


ITEMS = (rounds,)
