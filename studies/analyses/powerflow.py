"""A load flow told in a summary, and written as tables."""

from pathlib import Path
from typing import Any

import numpy as np

from security.load_flow import LoadFlow, branch_table, bus_table
from studies.runs.run_folder import new_folder, write_frames

FOLDER = "powerflow"


def flow_summary(found: LoadFlow) -> dict[str, Any]:
    """The load flow in a few figures; null where there is no solution."""
    solved = found.outcome == "solved"
    lowest, bus = found.lowest if solved else (None, None)
    return {
        "status": found.status,
        "rounds": found.rounds,
        "boundaries": {
            name: {
                "p_mw": port.power.real,
                "q_mvar": port.power.imag,
                "v_pu": abs(port.voltage),
                "angle_deg": float(np.rad2deg(np.angle(port.voltage))),
            }
            for name, port in found.ports.items()
            if solved
        },
        "loss_mw": found.loss_mw if solved else None,
        "v_min_pu": lowest,
        "v_min_bus": bus,
        "violations": [str(v) for v in found.violations] if solved else [],
        "why": found.why,
    }


def write_load_flow(found: LoadFlow, out: Path) -> None:
    """Tables `bus` and `branch` as Parquet and CSV in a new folder; raises InvalidInput."""
    with new_folder(out, FOLDER) as (part, _):
        write_frames(part, {"bus": bus_table(found), "branch": branch_table(found)})
