"""What an operator finds without the other: the strawmen that coordination is measured against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from security.ac.demand import Demand
from security.ac.newton import Operation, Solved
from security.coordinated.boundary_iteration import Operators
from security.coordinated.feeder import Drawn

FIXED_ROOT = 1.0  # p.u.
STEP = 1e-4  # p.u., for measured exponents


@dataclass(frozen=True)
class Lumped:
    """A feeder as one load at its boundary bus: MVA at 1 p.u. and exponents."""

    power: complex
    n_p: float
    n_q: float


def nominal(operation: Operation) -> Lumped:
    """All load less all generation at 1 p.u., with exponents weighted by load."""
    loads = [d for d in operation.consumption if isinstance(d, Demand)]
    power = sum(complex(d.power.sum()) for d in loads) - complex(operation.generation.sum())
    p = np.concatenate([d.power.real for d in loads])
    q = np.concatenate([d.power.imag for d in loads])
    n_p = float(p @ np.concatenate([d.n_p for d in loads]) / p.sum()) if p.sum() else 0.0
    n_q = float(q @ np.concatenate([d.n_q for d in loads]) / q.sum()) if q.sum() else 0.0
    return Lumped(power, n_p, n_q)


def measured(drawn: Drawn, v: float) -> Lumped:
    """The power drawn at voltage `v` (p.u.) and the exponents of its slope there."""
    n_p = drawn.slope.real * v / drawn.power.real
    n_q = drawn.slope.imag * v / drawn.power.imag
    power = complex(drawn.power.real / v**n_p, drawn.power.imag / v**n_q)
    return Lumped(power, n_p, n_q)


def transmission_alone(
    operators: Operators, upper: Operation, lumped: Mapping[str, Lumped]
) -> Solved:
    """Transmission's load flow with each feeder as one load (ITLF)."""
    grid = operators.newton.grid
    loads: Sequence[tuple[str, complex, float, float]] = [
        (operators.upper.ports[b].bus, load.power, load.n_p, load.n_q) for b, load in lumped.items()
    ]
    with_feeders = (*upper.consumption, Demand.of(grid, loads))
    return operators.newton.solve(replace(upper, consumption=with_feeders))


def distribution_alone(
    operators: Operators, lower: Mapping[str, Operation], v_root: float = FIXED_ROOT
) -> dict[str, Drawn]:
    """Each feeder's load flow with its root at a fixed voltage (IDLF)."""
    return {b: f.draw(lower[b], v_root) for b, f in operators.feeders.items()}
