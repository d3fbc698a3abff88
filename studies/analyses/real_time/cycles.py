"""A run in real time as tables: what crosses boundaries, and what every area generates."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.scenario import Scenario
from studies.analyses.real_time.link import Conditions
from studies.analyses.real_time.running_grid import Loop
from studies.analyses.realised import Realised
from studies.runs.run_folder import new_folder, write_frames


@dataclass(frozen=True)
class Trace:
    """One row per cycle and boundary, per cycle and area, and per cycle.

    Values are those of the grid, not as measured.
    """

    boundary: pd.DataFrame
    area: pd.DataFrame
    grid: pd.DataFrame


def run(levels: Sequence[Scenario], cycles: int, conditions: Conditions | None = None) -> Trace:
    """`cycles` cycles at every level of load, one after the other; raises SolveFailed.

    Levels are scenarios that differ in loads alone. Set-points, prices and messages of one level
    are where the next one begins.
    """
    loop = Loop(levels[0], conditions or Conditions())
    boundary, area, grid = [], [], []
    cycle = 0
    for level, scenario in enumerate(levels, start=1):
        loop.change(scenario)
        for _ in range(cycles):
            cycle += 1
            found = loop.cycle()
            at = {"cycle": cycle, "level": level}
            boundary += [at | row for row in _boundary_rows(loop, found)]
            area += [at | row for row in _area_rows(loop.scenario, found)]
            grid.append(at | _grid_row(found))
    return Trace(pd.DataFrame(boundary), pd.DataFrame(area), pd.DataFrame(grid))


def trace_summary(trace: Trace) -> dict[str, Any]:
    """The grid after the last cycle in a few figures.

    `last_change_mw` is the greatest change of power at a boundary in the last cycle, null after
    one cycle alone.
    """
    last = trace.grid.iloc[-1]
    power = trace.boundary.pivot_table("p_mw", "cycle", "boundary", sort=False)
    moved = power.diff().iloc[-1].abs().max()
    return {
        "status": "violated" if last["violations"] else "solved",
        "cycles": int(last["cycle"]),
        "cost_usd_per_h": float(last["cost_usd_per_h"]),
        "loss_mw": float(last["loss_mw"]),
        "v_min_pu": float(last["v_min_pu"]),
        "violations": int(last["violations"]),
        "last_change_mw": float(moved) if np.isfinite(moved) else None,
    }


def write_trace(trace: Trace, out: Path) -> None:
    """Tables by cycle as Parquet and CSV in a new folder; raises InvalidInput."""
    with new_folder(out, "realtime") as (part, _):
        tables = {"boundary": trace.boundary, "area": trace.area, "grid": trace.grid}
        write_frames(part, tables)


def _boundary_rows(loop: Loop, found: Realised) -> list[dict[str, object]]:
    return [
        {
            "boundary": name,
            "p_mw": found.flow.ports[name].power.real,
            "q_mvar": found.flow.ports[name].power.imag,
            "v_pu": abs(found.flow.ports[name].voltage),
            "lmp_usd_per_mwh": price,
        }
        for name, price in zip(loop.operators.upper.boundaries, loop.prices[0], strict=True)
    ]


def _area_rows(scenario: Scenario, found: Realised) -> list[dict[str, object]]:
    imported = {b.area: found.flow.ports[b.boundary].power for b in scenario.boundaries}
    return [
        {
            "area": name,
            "generation_mw": found.generation_mw(name),
            "generation_mvar": float((flow.generation.sum() - imported.get(name, 0.0)).imag),
            "load_mw": sum(r.p_mw for r in scenario.loads if r.area == name),
            "load_mvar": sum(r.q_mvar for r in scenario.loads if r.area == name),
            "loss_mw": flow.loss_mw,
        }
        for name, flow in found.flow.areas.items()
    ]


def _grid_row(found: Realised) -> dict[str, object]:
    return {
        "cost_usd_per_h": found.cost_usd_per_h,
        "loss_mw": found.flow.loss_mw,
        "v_min_pu": found.flow.lowest[0],
        "violations": len(found.flow.violations),
    }
