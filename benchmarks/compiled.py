"""Networks of this project as those of lightsim2grid, a compiled power flow.

B. Donnot, RTE, https://github.com/Grid2op/lightsim2grid. Comes with `pip install -e '.[bench]'`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from scenarios.network import Network
from security.ac.newton import Operation

FREE = 9999.0  # Mvar, and p.u. volts
MAX_STEPS, TOLERANCE_MVA = 30, 1e-7  # 1e-9 p.u. as in this project


def tables(network: Network, operation: Operation) -> dict:
    """MATPOWER's tables of a network at an operation whose loads have constant power."""
    grid = operation.grid
    used = operation.consumed(np.ones(len(grid.buses))) * grid.base_mva
    holds = np.isfinite(operation.v_set)
    drawn = used - np.where(holds, 0.0, operation.generation)
    number = {bus: n for n, bus in enumerate(network.buses, start=1)}
    rows = zip(network.buses.values(), grid.kind, drawn, holds, strict=True)
    bus = [
        [number[b.bus], 3 if kind == "slack" else 2 if held else 1, s.real, s.imag,
         b.g_shunt_mw, b.b_shunt_mvar, 1, 1.0, 0.0, b.base_kv, 1, FREE, 0.0]
        for b, kind, s, held in rows
    ]  # fmt: skip
    generators = [
        [n + 1, operation.generation[n].real, 0.0, FREE, -FREE, operation.v_set[n],
         grid.base_mva, 1, FREE, -FREE]
        for n in np.flatnonzero(holds)
    ]  # fmt: skip
    branch = [
        [number[k.from_bus], number[k.to_bus], k.r_pu, k.x_pu, k.b_pu, 0, 0, 0,
         0.0 if k.tap == 1.0 else k.tap, k.shift_deg, 1, -360, 360]
        for k in network.branches.values()
    ]  # fmt: skip
    return {
        "baseMVA": grid.base_mva,
        "bus": np.array(bus, dtype=float),
        "gen": np.array(generators, dtype=float),
        "branch": np.array(branch, dtype=float),
    }


def positions(branch: np.ndarray) -> np.ndarray:
    """Where the compiled program keeps every branch: lines first, then transformers."""
    is_transformer = (branch[:, 8] != 0) | (branch[:, 9] != 0)
    place = np.empty(len(branch), dtype=int)
    place[np.argsort(is_transformer, kind="stable")] = np.arange(len(branch))
    return place


@dataclass(frozen=True)
class Compiled:
    """A network inside the compiled program, ready to be solved."""

    grid: Any
    place: np.ndarray

    @staticmethod
    def of(network: Network, operation: Operation) -> "Compiled":
        """The same network; skips the benchmark where the program is not installed."""
        reason = "lightsim2grid is missing: pip install -e '.[bench]'"
        reader = pytest.importorskip("lightsim2grid.network.from_matpower", reason=reason)
        made = tables(network, operation)
        return Compiled(reader.init(made), positions(made["branch"]))

    def solve(self, start: np.ndarray) -> np.ndarray:
        """Voltages by Newton's method with KLU, nothing kept from a former solution."""
        self.grid.tell_solver_need_reset()
        return self.grid.ac_pf(start.copy(), MAX_STEPS, TOLERANCE_MVA)

    def outages(self, branches: Sequence[int], *, dc: bool = False) -> Any:
        """All outages of one branch, prepared."""
        import lightsim2grid.lightsim2grid_cpp as program

        found = program.ContingencyAnalysisCPP(self.grid)
        if dc:
            found.change_algorithm(program.AlgorithmType.DC_KLU)
        found.add_multiple_n1([int(self.place[k]) for k in branches])
        return found

    def rows(self, found: Any, branches: Sequence[int]) -> list[int]:
        """Where the results of each outage stand."""
        order = [out[0] for out in found.my_defaults()]
        return [order.index(self.place[k]) for k in branches]


def run(found: Any, start: np.ndarray) -> None:
    """Solve all prepared outages."""
    found.clear_results_only()
    found.compute(start.copy(), MAX_STEPS, TOLERANCE_MVA)
