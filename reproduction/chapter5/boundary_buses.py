"""Boundary buses before and after an event."""

import numpy as np
import pandas as pd

from reproduction.chapter5.assumed import ASSUMED
from reproduction.chapter5.cases import CASE_3, CASE_5, Case, found_case
from reproduction.findings import span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from security.dc.boundary_factors import BoundaryFactors


@item(
    "table-5.4",
    "Parameters of boundary buses for Case 3",
    "All set-points of transmission are 5 % lower; expected is what the feeder draws at 0.95 times "
    f"its voltage; {ASSUMED}.",
)
def of_case_3(solved: Solved) -> Reproduced:
    """Voltage and power of every boundary bus before and after."""
    return _told(at_boundaries(solved, CASE_3))


@item(
    "table-5.6",
    "Parameters of boundary buses for Case 5",
    "After is with the line 2-4 out; expected is what the feeder draws at its voltage before; "
    f"{ASSUMED}.",
)
def of_case_5(solved: Solved) -> Reproduced:
    """Voltage and power of every boundary bus before and after."""
    return _told(at_boundaries(solved, CASE_5))


def at_boundaries(solved: Solved, case: Case) -> pd.DataFrame:
    """Voltage and power before, expected and after, and the greatest share of 1 MW on a line."""
    found = found_case(solved, case)
    ports = found.before.operators.upper.ports
    factors = BoundaryFactors.of(found.before.networks.sensitivities, ports)
    most = np.abs(factors.mw_per_mw).argmax(axis=0)
    columns: dict[str, object] = {"boundary": factors.boundaries}
    for when, state in {"before": found.intact, "after": found.left}.items():
        at = dict(zip(found.before.layout.places, state.v_pu, strict=True))
        power = dict(zip(found.before.layout.boundaries, state.boundary, strict=True))
        columns[f"v_{when}_pu"] = [at["T", ports[b].bus] for b in factors.boundaries]
        columns[f"p_{when}_mw"] = [power[b].real for b in factors.boundaries]
        columns[f"q_{when}_mvar"] = [power[b].imag for b in factors.boundaries]
    columns["p_expected_mw"] = [found.held_mw[b] for b in factors.boundaries]
    columns["most_sensitive_branch"] = [found.before.layout.upper.branches[k] for k in most]
    columns["mw_per_mw"] = factors.mw_per_mw[most, np.arange(most.size)]
    return pd.DataFrame(columns)


def _told(table: pd.DataFrame) -> Reproduced:
    v, p, q = (
        table[f"{name}_after_{unit}"] - table[f"{name}_before_{unit}"]
        for name, unit in (("v", "pu"), ("p", "mw"), ("q", "mvar"))
    )
    missed = (table["p_expected_mw"] - table["p_after_mw"]).abs().max()
    finding = (
        f"Boundary voltages change by {span(v, '+.3f')} p.u., and the feeders draw "
        f"{p.sum():+.2f} MW and {q.sum():+.2f} Mvar in all. "
        f"What each expects from its own load flow misses its power by {missed:.2f} MW at most."
    )
    return Reproduced(table, finding=finding)


ITEMS = (of_case_3, of_case_5)
