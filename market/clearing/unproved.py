"""Clearings whose search for who is on was stopped before its best was proved."""

from collections.abc import Sequence
from dataclasses import replace

from market.coordination.protocol import Settled
from scenarios.clearing import Clearing, Status
from solvers.whole import Search


def unproved(clearing: Clearing, areas: Sequence[Settled], search: Search) -> Clearing:
    """The clearing itself where every area's search ended at its gap, or else with a note."""
    parts = {area.area: (area.unproved_usd, area.welfare_usd) for area in areas}
    if clearing.certificate is not None and clearing.status is Status.OPTIMAL:
        bounds = clearing.certificate
        parts["all areas"] = bounds.upper_usd - bounds.lower_usd, clearing.welfare_usd
    notes = tuple(
        f"{name}: the best found may be {gap:,.2f} $ short of the best (gap {_part(gap, of):.1e})"
        for name, (gap, of) in parts.items()
        if clearing.tables["plant"].num_rows and not search.proved(gap, of)
    )
    if not notes:
        return clearing
    return replace(clearing, status=Status.OUT_OF_TIME, notes=(*clearing.notes, *notes))


def _part(gap: float, of: float) -> float:
    return gap / max(1.0, abs(of))
