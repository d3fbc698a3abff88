"""Transmission's program with what is offered at its boundaries as columns, kept at a solver."""

from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from typing import Protocol

import numpy as np
from scipy import sparse

from market.coordination.offered import Ceilings, Columns, Offered
from market.coordination.protocol import Crossing
from solvers.program import Positions, Program, Vector
from solvers.session import Session, open_session


class Posed(Protocol):
    """A program with boundary power in it, such as an operator's day."""

    @property
    def program(self) -> Program: ...
    @property
    def crossing(self) -> Positions: ...
    @property
    def hours(self) -> Vector: ...


class OfferedSession:
    """A solver that holds the columns offered so far and takes more.

    Boundary power is held where the offer begins, and columns add to it. Free columns come with
    the program; those with shares in sums are added as they are offered. Sums of 0 can be missed
    at `miss_usd` ($) for each unit: where that is more than a miss can be worth, nothing is missed
    but what solvers leave, and duals are bounded where that is all that tells columns apart.
    `opened` gives the solver, which may add rows of its own.
    """

    def __init__(
        self,
        day: Posed,
        offered: Offered,
        time_limit_s: float,
        opened: Callable[[Program, str, float], Session] = open_session,
        miss_usd: float | None = None,
    ) -> None:
        self._offered = replace(offered, blocks=())
        self._boundary = day.crossing
        self._by_cell = sparse.csc_array(day.program.matrix)[:, self._boundary.T.ravel()]
        self._rows = day.program.row_lower.size
        self._powers: list[sparse.csc_array] = []
        self._columns = day.program.cost.size
        program = posed(day, offered)
        for block in takewhile(lambda block: block.shares is None, offered.blocks):
            self._take(block)
        if miss_usd is not None:
            zero = np.flatnonzero(offered.sums == 0)
            program = _with_misses(program, self._rows + zero, miss_usd)
            self._powers.append(sparse.csc_array((self._boundary.size, 2 * zero.size)))
        name = "transmission clearing over what is offered at its boundaries"
        self.session: Session = opened(program, name, time_limit_s)

    def reaches(self, offered: Offered) -> bool:
        """Whether the offer is the one that is held, but for more columns with shares."""
        held = self._offered
        same = len(held.blocks) <= len(offered.blocks) and held.sums is offered.sums
        known = zip(held.blocks, offered.blocks, strict=False)
        more = offered.blocks[len(held.blocks) :]
        return (
            same
            and held.least is offered.least
            and held.most is offered.most
            and held.price is offered.price
            and all(a is b for a, b in known)
            and all(block.shares is not None for block in more)
        )

    def extend(self, offered: Offered) -> None:
        """Give the solver the columns that it does not hold yet."""
        for block in offered.blocks[len(self._offered.blocks) :]:
            assert block.shares is not None
            entries = sparse.vstack([self._by_cell @ block.power, block.shares])
            self.session.add_columns(-block.worth, sparse.csc_array(entries))
            self._take(block)

    def schedule(self, x: Vector) -> Crossing:
        """Boundary power (MW) at a solution, shape (boundaries, periods)."""
        least, most = self._offered.least, self._offered.most
        schedule = np.where(least == most, least, x[self._boundary]).T.ravel()
        start = self._columns
        for power in self._powers:
            schedule += power @ x[start : start + power.shape[1]]
            start += power.shape[1]
        return schedule.reshape(self._boundary.T.shape).T

    def duals(self, dual: Vector) -> tuple[Vector, Vector]:
        """Duals of transmission's own rows, and of the sums: what a share more must be worth.

        Those of rows that came later stand behind its own.
        """
        later = self._rows + self._offered.sums.size
        own = np.concatenate([dual[: self._rows], dual[later:]])
        return own, -dual[self._rows : later]

    def _take(self, block: Columns) -> None:
        self._powers.append(block.power)
        self._offered = self._offered.beside(block)


def posed(day: Posed, offered: Offered) -> Program:
    """The program against an offer, with its free columns."""
    by_cell = sparse.csc_array(day.program.matrix)[:, day.crossing.T.ravel()]
    program = _held(day, offered)
    for block in takewhile(lambda block: block.shares is None, offered.blocks):
        program = _beside(program, sparse.csr_array(by_cell @ block.power), block)
    return program


def bent(program: Program, day: Posed, slope: Crossing) -> Program:
    """The program in which the price of boundary power moves by `slope` ($/MW2h) with every MW."""
    bend = np.zeros(program.cost.size)
    bend[day.crossing] = slope * day.hours
    quadratic = sparse.csr_array(sparse.diags_array(bend))
    if program.quadratic is not None:
        quadratic = sparse.csr_array(quadratic + program.quadratic)
    return replace(program, quadratic=quadratic)


def posed_below(day: Posed, offered: Offered, ceilings: Ceilings) -> Program:
    """The program with a column for the worth ($) of each part, and a row for each of its cuts.

    Behind them stand columns of what is carried on.
    """
    base, cells = _held(day, offered), day.crossing.T.ravel()
    count, parts = ceilings.of.size, int(ceilings.of.max(initial=-1)) + 1
    once = (np.ones(count), (np.arange(count), ceilings.of))
    place = (np.ones(cells.size), (np.arange(cells.size), cells))
    at_cells = sparse.csr_array(place, shape=(cells.size, base.cost.size))
    own = sparse.csr_array(once, shape=(count, parts))
    cuts = sparse.hstack([-(ceilings.slope @ at_cells), own, -ceilings.carried])
    worth = np.concatenate([np.ones(parts), np.zeros(ceilings.carried.shape[1])])
    none = Columns(sparse.csc_array((cells.size, worth.size)), worth)
    wider = _beside(base, sparse.csr_array((base.row_lower.size, worth.size)), none)
    wider.lower[base.cost.size :] = -np.inf
    if offered.slope is not None:
        wider = bent(wider, day, offered.slope)
    return wider.with_rows(sparse.csr_array(cuts), np.full(count, -np.inf), ceilings.most)


def _held(day: Posed, offered: Offered) -> Program:
    """The program with the offer's limits at its boundaries, and a row for each of its sums."""
    base, boundary, count = day.program, day.crossing, offered.sums.size
    cost, lower, upper = base.cost.copy(), base.lower.copy(), base.upper.copy()
    cost[boundary] -= offered.price * day.hours
    lower[boundary], upper[boundary] = offered.least, offered.most
    empty = sparse.csr_array((count, base.cost.size))
    return replace(
        base,
        cost=cost,
        lower=lower,
        upper=upper,
        matrix=sparse.csr_array(sparse.vstack([base.matrix, empty])) if count else base.matrix,
        row_lower=np.concatenate([base.row_lower, offered.sums]),
        row_upper=np.concatenate([base.row_upper, offered.sums]),
    )


def _with_misses(base: Program, rows: Positions, miss_usd: float) -> Program:
    """The program with rows that can be missed, up and down, at a price."""
    count = 2 * rows.size
    once = (np.repeat([1.0, -1.0], rows.size), (np.tile(rows, 2), np.arange(count)))
    entries = sparse.csc_array(once, shape=(base.row_lower.size, count))
    wider = base.with_columns(np.full(count, miss_usd), entries)
    follows = base.follows
    if follows is not None:
        follows = np.concatenate([follows, np.zeros(count, dtype=bool)])
    return replace(wider, follows=follows)


def _beside(base: Program, entries: sparse.csr_array, block: Columns) -> Program:
    """The program with further columns of amounts from 0 to the block's most."""
    count = block.worth.size
    size = base.cost.size + count
    slope = np.zeros(count) if block.slope is None else block.slope
    most = np.full(count, np.inf) if block.most is None else block.most
    bent = np.concatenate([np.zeros(base.cost.size), slope])
    quadratic = sparse.csr_array(sparse.diags_array(bent))
    if base.quadratic is not None:
        q = base.quadratic.tocoo()
        quadratic = quadratic + sparse.csr_array((q.data, (q.row, q.col)), shape=(size, size))
    quadratic.eliminate_zeros()
    follows = base.follows
    return replace(
        base,
        cost=np.concatenate([base.cost, -block.worth]),
        lower=np.concatenate([base.lower, np.zeros(count)]),
        upper=np.concatenate([base.upper, most]),
        matrix=sparse.csr_array(sparse.hstack([base.matrix, entries])),
        quadratic=quadratic,
        follows=None if follows is None else np.concatenate([follows, np.zeros(count, bool)]),
    )
