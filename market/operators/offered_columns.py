"""Transmission's program with what is offered at its boundaries as columns, kept at a solver."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Protocol

import numpy as np
from scipy import sparse

from market.coordination.offered import Columns, Offered
from market.coordination.protocol import Crossing
from solvers.program import Positions, Program, Vector
from solvers.session import Session, open_session


class Posed(Protocol):
    """A program with boundary power in it, such as an operator's day."""

    @property
    def program(self) -> Program: ...
    @property
    def columns(self) -> Mapping[str, Positions]: ...
    @property
    def hours(self) -> Vector: ...


class OfferedSession:
    """A solver that holds the columns offered so far and takes more.

    Boundary power is held where the offer begins, and columns add to it. Free columns come with
    the program; those that are shares of a group are added as they are offered. `opened` gives the
    solver, which may add rows of its own.
    """

    def __init__(
        self,
        day: Posed,
        offered: Offered,
        time_limit_s: float,
        opened: Callable[[Program, str, float], Session] = open_session,
    ) -> None:
        self._offered = replace(offered, blocks=())
        self._boundary = day.columns["p_boundary"]
        self._by_cell = sparse.csc_array(day.program.matrix)[:, self._boundary.T.ravel()]
        self._rows = day.program.row_lower.size
        self._powers: list[sparse.csc_array] = []
        self._columns = day.program.cost.size
        program = posed(day, offered)
        for block in takewhile(lambda block: block.group is None, offered.blocks):
            self._take(block)
        name = "transmission clearing over what is offered at its boundaries"
        self.session: Session = opened(program, name, time_limit_s)

    def reaches(self, offered: Offered) -> bool:
        """Whether the offer is the one that is held, but for more shares of groups."""
        held = self._offered
        same = len(held.blocks) <= len(offered.blocks) and held.groups == offered.groups
        known = zip(held.blocks, offered.blocks, strict=False)
        more = offered.blocks[len(held.blocks) :]
        return (
            same
            and held.least is offered.least
            and held.most is offered.most
            and held.price is offered.price
            and all(a is b for a, b in known)
            and all(block.group is not None for block in more)
        )

    def extend(self, offered: Offered) -> None:
        """Give the solver the columns that it does not hold yet."""
        for block in offered.blocks[len(self._offered.blocks) :]:
            assert block.group is not None
            count, groups = block.worth.size, self._offered.groups
            once = (np.ones(count), (block.group, np.arange(count)))
            one = sparse.csc_array(once, shape=(groups, count))
            entries = sparse.vstack([self._by_cell @ block.power, one])
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
        """Duals of transmission's own rows, and of the groups: what a column more must be worth.

        Those of rows that came later stand behind its own.
        """
        later = self._rows + self._offered.groups
        own = np.concatenate([dual[: self._rows], dual[later:]])
        return own, -dual[self._rows : later]

    def _take(self, block: Columns) -> None:
        self._powers.append(block.power)
        self._offered = self._offered.beside(block)


def posed(day: Posed, offered: Offered) -> Program:
    """The program against an offer, with its free columns."""
    by_cell = sparse.csc_array(day.program.matrix)[:, day.columns["p_boundary"].T.ravel()]
    program = _held(day, offered)
    for block in takewhile(lambda block: block.group is None, offered.blocks):
        program = _beside(program, sparse.csr_array(by_cell @ block.power), block)
    return program


def _held(day: Posed, offered: Offered) -> Program:
    """The program with the offer's limits at its boundaries, and rows that wait for groups."""
    base, boundary, count = day.program, day.columns["p_boundary"], offered.groups
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
        row_lower=np.concatenate([base.row_lower, np.ones(count)]),
        row_upper=np.concatenate([base.row_upper, np.ones(count)]),
    )


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
