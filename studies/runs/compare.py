"""Designs of one or several runs side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from studies.runs.finished import Run, read_run
from studies.runs.run_records import RunStatus
from studies.runs.welfare_loss import welfare_loss

BY_AREA = ("area_surplus_usd", "dso_account_usd")


@dataclass(frozen=True)
class Compared:
    """One design of one run; `loss_usd` is against the best design of all runs."""

    run: str
    design: str
    status: RunStatus
    welfare_usd: float
    loss_usd: float
    loss_percent: float
    gap_relative: float | None
    rounds: int | None
    boundary_mwh: float
    unserved_mwh: float
    spilled_mwh: float
    area_surplus_usd: Mapping[str, float]
    dso_account_usd: Mapping[str, float]


def compare_runs(*folders: Path | str) -> pd.DataFrame:
    """One row per design of each run, with columns such as `area_surplus_usd:AREA` by area.

    Raises `InvalidInput` where a folder holds no run.
    """
    return as_frame(compared([read_run(folder) for folder in folders]))


def as_frame(rows: Sequence[Compared]) -> pd.DataFrame:
    """The rows as a table, figures by area in columns such as `area_surplus_usd:AREA`."""
    flat = []
    for one in rows:
        row = asdict(one) | {"status": str(one.status)}
        for name in BY_AREA:
            row |= {f"{name}:{area}": value for area, value in row.pop(name).items()}
        flat.append(row)
    return pd.DataFrame(flat)


def compared(runs: Sequence[Run]) -> list[Compared]:
    """Every design of the runs, in their order."""
    keys = [(n, design) for n, run in enumerate(runs) for design in run.designs]
    found = [runs[n].designs[design] for n, design in keys]
    losses = welfare_loss(pd.Series([f.welfare_usd for f in found], dtype=float))
    return [
        Compared(
            run=runs[n].folder.resolve().name,
            design=design,
            status=f.status,
            welfare_usd=f.welfare_usd,
            loss_usd=float(losses["loss_usd"].iloc[place]),
            loss_percent=float(losses["loss_percent"].iloc[place]),
            gap_relative=f.gap_relative,
            rounds=f.rounds,
            boundary_mwh=boundary_energy(runs[n], design),
            unserved_mwh=f.unserved_mwh,
            spilled_mwh=f.spilled_mwh,
            area_surplus_usd=f.area_surplus_usd,
            dso_account_usd=f.dso_account_usd,
        )
        for place, ((n, design), f) in enumerate(zip(keys, found, strict=True))
    ]


def boundary_energy(run: Run, design: str) -> float:
    """Energy of the day (MWh) from transmission into distribution, over all boundaries."""
    boundary = run.table(design, "boundary")
    hours = np.array(run.scenario.hours)
    return float(boundary["p_mw"] @ hours[boundary["period"] - 1])


def same_scenario(runs: Sequence[Run]) -> bool:
    """Whether all runs cleared the same scenario, by the hashes of its files."""
    return len({_scenario_files(run) for run in runs}) == 1


def _scenario_files(run: Run) -> frozenset[tuple[str, str]]:
    paths = {PurePosixPath(file): sha for file, sha in run.header.inputs.items()}
    return frozenset((path.name, sha) for path, sha in paths.items() if len(path.parts) > 1)
