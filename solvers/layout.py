"""Where everything stands in a program that has lost what follows in some of its parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from scipy import sparse

from solvers.condensation import Condensation
from solvers.program import Positions, Program, Vector


@dataclass(frozen=True)
class Part:
    """Columns and rows of a program in which some follow from others."""

    condensation: Condensation
    columns: Positions
    rows: Positions


@dataclass(frozen=True)
class Placed:
    """A part whose `out` follow by rows `equal` or are what rows `loose` limit.

    `at` and `own` are its columns and rows among those that stay, `within` is the place of what
    follows among all that does.
    """

    condensation: Condensation
    out: Positions
    equal: Positions
    loose: Positions
    at: Positions
    own: slice
    within: slice

    def limits(self, p: Program) -> tuple[Vector, Vector]:
        """Lower and upper limits of what follows."""
        lower = np.concatenate([p.lower[self.out], p.row_lower[self.loose]])
        return lower, np.concatenate([p.upper[self.out], p.row_upper[self.loose]])

    def cost(self, p: Program) -> Vector:
        """Cost of what follows."""
        return np.concatenate([p.cost[self.out], np.zeros(self.loose.size)])


@dataclass(frozen=True)
class Layout:
    """Columns `kept` and `rows` that stay of a program, with entries `matrix`, and its parts."""

    kept: Positions
    rows: Positions
    matrix: sparse.csr_array
    parts: tuple[Placed, ...]

    @classmethod
    def of(cls, program: Program, parts: Sequence[Part]) -> Self:
        """The layout of a program; what is in no part stays as it is."""
        stays, beside = np.ones(program.cost.size, bool), np.ones(program.row_lower.size, bool)
        for part in parts:
            stays[part.columns[part.condensation.columns]] = False
            beside[part.rows] = False
        kept, place, rest = np.flatnonzero(stays), np.cumsum(stays) - 1, np.flatnonzero(beside)
        rows = [rest, *(part.rows[part.condensation.rows] for part in parts)]
        own = _slices([r.size for r in rows])[1:]
        within = _slices([part.condensation.size for part in parts])
        placed = tuple(
            _placed(part, place, *places) for part, *places in zip(parts, own, within, strict=True)
        )
        return cls(kept, np.concatenate(rows), _matrix(program, kept, rest, placed), placed)

    @property
    def size(self) -> int:
        """Number of values that follow."""
        return int(self.parts[-1].within.stop)

    def constant(self, row_lower: Vector) -> Vector:
        """What follows where all columns that stay are zero."""
        return np.concatenate([p.condensation.constant(row_lower[p.equal]) for p in self.parts])

    def moved(self, x: Vector) -> Vector:
        """By how much what follows differs from its constant."""
        return np.concatenate([p.condensation.moved(x[p.at]) for p in self.parts])

    def limits(self, program: Program) -> tuple[Vector, Vector]:
        """Lower and upper limits of what follows."""
        lower, upper = zip(*(p.limits(program) for p in self.parts), strict=True)
        return np.concatenate(lower), np.concatenate(upper)

    def inner(self, program: Program, constant: Vector) -> Program:
        """The program of what stays, without costs of what follows."""
        known = np.zeros(self.rows.size)
        for part in self.parts:
            known[part.own] = part.condensation.enters @ constant[part.within]
        return Program(
            cost=program.cost[self.kept],
            lower=program.lower[self.kept],
            upper=program.upper[self.kept],
            matrix=self.matrix,
            row_lower=program.row_lower[self.rows] - known,
            row_upper=program.row_upper[self.rows] - known,
            follows=None if program.follows is None else program.follows[self.kept],
        )

    def cost(self, program: Program) -> Vector:
        """What the columns that stay cost, with what follows from them."""
        cost = program.cost[self.kept]
        for part in self.parts:
            follows = part.cost(program)
            if follows.any():  # hardly ever: flows and voltages cost nothing
                cost[part.at] += part.condensation.priced(follows)
        return cost

    def entries(self, which: Positions) -> sparse.csr_array:
        """What follows, as rows of the columns that stay."""
        return sparse.csr_array(
            sparse.vstack(
                [
                    _spread(part.condensation.entries(some), part.at, self.kept.size)
                    for part, some in self._among(which)
                ]
            )
        )

    def _among(self, which: Positions) -> Iterator[tuple[Placed, Positions]]:
        """Parts with those of the sorted values `which` that are theirs."""
        starts = np.searchsorted(which, [p.within.start for p in self.parts])
        for part, (a, b) in zip(self.parts, pairwise([*starts, which.size]), strict=True):
            if a < b:
                yield part, which[a:b] - part.within.start

    def point(self, x: Vector, follows: Vector) -> Vector:
        """All columns, from those that stay and from what follows."""
        full = np.empty(self.kept.size + sum(p.out.size for p in self.parts))
        full[self.kept] = x
        for p in self.parts:
            full[p.out] = follows[p.within][: p.out.size]
        return full

    def duals(self, program: Program, dual: Vector, pressed: Vector) -> Vector:
        """Duals of all rows, from those that stay and from limits that press on what follows."""
        duals = np.empty(program.row_lower.size)
        duals[self.rows] = dual
        for p in self.parts:
            c = p.condensation
            pressing = p.cost(program) - pressed[p.within]
            if c.enters.nnz:
                pressing -= dual[p.own] @ c.enters
            behind = c.blocks.solve(pressing, "T")
            duals[p.equal], duals[p.loose] = behind[: p.equal.size], behind[p.equal.size :]
        return duals


def _placed(part: Part, place: Positions, own: slice, within: slice) -> Placed:
    c = part.condensation
    by = part.rows[c.equal], part.rows[c.loose]
    return Placed(c, part.columns[c.columns], *by, place[part.columns[c.kept]], own, within)


def _matrix(
    program: Program, kept: Positions, rest: Positions, parts: Sequence[Placed]
) -> sparse.csr_array:
    """Entries of what stays; those of the condensation itself where all is one part."""
    spread = [_spread(p.condensation.matrix, p.at, kept.size) for p in parts]
    if len(parts) == 1 and not rest.size:
        return spread[0]
    return sparse.csr_array(sparse.vstack([program.matrix[rest][:, kept], *spread]))


def _slices(sizes: Sequence[int]) -> list[slice]:
    return [slice(a, b) for a, b in pairwise(np.cumsum([0, *sizes]).tolist())]


def _spread(matrix: sparse.csr_array, at: Positions, width: int) -> sparse.csr_array:
    """The matrix with its columns at other places; itself where they are the same."""
    if at.size == width and (at == np.arange(width)).all():
        return matrix
    entries = matrix.data, at[matrix.indices], matrix.indptr
    return sparse.csr_array(entries, shape=(matrix.shape[0], width))
