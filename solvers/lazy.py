"""Programs with more rows than a solver can hold at once: those that bind come as they are missed.

G. B. Dantzig, D. R. Fulkerson, S. M. Johnson, "Solution of a Large-Scale Traveling-Salesman
Problem", Oper. Res. 2(4), 1954.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from scipy import sparse

from solvers.program import Positions, Program, Solution, Vector
from solvers.session import Session


class Missing(Protocol):
    """Rows that a program leaves out."""

    def held(self) -> tuple[sparse.csr_array, Vector, Vector] | None:
        """Rows with their limits that are to be held from the start; None where there are none."""
        ...

    def missed(self, x: Vector) -> tuple[sparse.csr_array, Vector, Vector] | None:
        """Rows that `x` misses, with their limits; None where it keeps all that are left out.

        They are from then on among the rows that the program holds.
        """
        ...


class LazySession:
    """A session whose optimum keeps to all rows that `missing` knows.

    Rows that were missed stay, behind those of the program; `restart` takes them out.
    """

    def __init__(
        self,
        program: Program,
        opened: Callable[[Program], Session],
        missing: Callable[[], Missing],
    ) -> None:
        self._opened, self._missing = opened, missing
        self._rows = program.row_lower.size
        self._spent = 0.0
        self._begin(program)

    def _begin(self, program: Program) -> None:
        self.session, self.missing = self._opened(program), self._missing()
        if (rows := self.missing.held()) is not None:
            self._append(*rows)

    @property
    def program(self) -> Program:
        """What is solved, rows that came later included."""
        return self.session.program

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.session.name

    @property
    def seconds(self) -> float:
        """Time spent in the solver."""
        return self._spent + self.session.seconds

    @property
    def added(self) -> int:
        """Number of rows that came later."""
        return self.program.row_lower.size - self._rows

    def restart(self) -> None:
        """Forget all former solves, and the rows that they missed."""
        if not self.added:
            self.session.restart()
            return
        self._spent += self.session.seconds
        self._begin(_first_rows(self.program, self._rows))

    def set_cost(self, columns: Positions, cost: Vector) -> None:
        """Replace the linear cost of some columns."""
        self.session.set_cost(columns, cost)

    def set_bounds(self, columns: Positions, lower: Vector, upper: Vector) -> None:
        """Replace the bounds of some columns."""
        self.session.set_bounds(columns, lower, upper)

    def add_columns(self, cost: Vector, entries: sparse.csc_array) -> Positions:
        """Append columns >= 0 with their entries in the rows that the program began with."""
        blank = sparse.csc_array((self.added, cost.size))
        return self.session.add_columns(cost, sparse.csc_array(sparse.vstack([entries, blank])))

    def add_rows(self, matrix: sparse.csr_array, lower: Vector, upper: Vector) -> None:
        """Append rows with their limits."""
        self.session.add_rows(matrix, lower, upper)

    def solve(self) -> Solution:
        """The optimum that misses nothing; raises SolveFailed where there is none."""
        while True:
            found = self.session.solve()
            rows = self.missing.missed(found.x)
            if rows is None:
                return found
            self._append(*rows)

    def _append(self, matrix: sparse.csr_array, lower: Vector, upper: Vector) -> None:
        """Add rows over the first columns."""
        width = self.program.cost.size - matrix.shape[1]
        wide = sparse.hstack([matrix, sparse.csr_array((matrix.shape[0], width))])
        self.session.add_rows(sparse.csr_array(wide), lower, upper)


def _first_rows(program: Program, count: int) -> Program:
    """The program without the rows that came later."""
    return replace(
        program,
        matrix=sparse.csr_array(program.matrix[:count]),
        row_lower=program.row_lower[:count],
        row_upper=program.row_upper[:count],
    )
