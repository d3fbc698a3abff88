"""Ends of DC lines as a load flow sees them: converters that may hold the voltage of their bus."""

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.records import PQ, DcLine
from security.ac.demand import Demand
from security.ac.grid import Grid


@dataclass(frozen=True)
class LineEnd:
    """One end of a DC line: limits (Mvar) and set-point (p.u.) of its converter."""

    bus: str
    q_min_mvar: float
    q_max_mvar: float
    v_set_pu: float | None
    q_base_mvar: float

    def holds(self, grid: Grid) -> bool:
        """Whether it holds the voltage of its bus."""
        return self.v_set_pu is not None and grid.kind[grid.position[self.bus]] != PQ


Given = Mapping[str, tuple[tuple[str, complex], ...]]  # bus and MVA of both ends, by DC line


def demand_of(grid: Grid, given: Given) -> Demand:
    """What DC lines take at their ends, whatever the voltage; `given` is what they give."""
    ends = [end for both in given.values() for end in both]
    return Demand.of(grid, ((bus, -power, 0.0, 0.0) for bus, power in ends))


def line_ends(line: DcLine) -> tuple[LineEnd, LineEnd]:
    """The from and the to end."""
    return (
        LineEnd(
            line.from_bus,
            line.q_min_from_mvar,
            line.q_max_from_mvar,
            line.v_from_pu,
            line.q_base_from_mvar,
        ),
        LineEnd(
            line.to_bus, line.q_min_to_mvar, line.q_max_to_mvar, line.v_to_pu, line.q_base_to_mvar
        ),
    )
