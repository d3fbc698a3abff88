"""Which external grids there are, and what those beyond the first of an island give."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scenarios.importers.optional import quietly
from scenarios.importers.pandapower.cells import flag
from scenarios.importers.pandapower.setting import standing

Net = Any


@dataclass(frozen=True)
class References:
    """Output (MW) of what holds angles, by table and index; `solved` says that it is known."""

    base_mw: Mapping[tuple[str, int], float] = field(default_factory=dict)
    solved: bool = True


def references_of(net: Net) -> References:
    """What each of several references gives in pandapower's own power flow."""
    import pandapower

    grids = [("ext_grid", i) for i, _ in standing(net, "ext_grid")]
    slack = [("gen", i) for i, row in standing(net, "gen") if flag(row, "slack", default=False)]
    if len(grids) + len(slack) < 2:
        return References()
    trial = copy.deepcopy(net)
    try:
        with quietly():
            pandapower.runpp(trial, calculate_voltage_angles=True, numba=False)
    except (pandapower.LoadflowNotConverged, UserWarning, ValueError, KeyError):
        return References(solved=False)
    return References(
        {(kind, i): float(trial[f"res_{kind}"].p_mw.at[i]) for kind, i in (*grids, *slack)}
    )
