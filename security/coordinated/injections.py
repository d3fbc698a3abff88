"""What all operators inject and hold in one hour: in the base case, or as cleared."""

from collections.abc import Mapping
from dataclasses import dataclass

from security.ac.line_ends import Given
from security.ac.newton import Operation
from security.ac.operation import base_lines, base_operation, base_power
from security.coordinated.boundary_iteration import Operators


@dataclass(frozen=True)
class Injections:
    """The operation of transmission and, by boundary, of every feeder.

    `power` is the output (MVA) of every generator of transmission; that at the slack bus is a
    start only. `lines` is what DC lines of transmission give at their ends.
    """

    upper: Operation
    lower: Mapping[str, Operation]
    power: Mapping[str, complex]
    lines: Given

    @staticmethod
    def base(operators: Operators, period: int | None = None) -> "Injections":
        """Those of the base case, with the profiles of `period` or without any."""
        return Injections(
            base_operation(operators.upper, operators.newton.grid, period),
            {b: base_operation(f.view, f.grid, period) for b, f in operators.feeders.items()},
            base_power(operators.upper, period),
            base_lines(operators.upper, operators.newton.grid),
        )
