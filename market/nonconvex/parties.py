"""A clearing taken apart: who decides by himself once power and reserve have prices.

Rows that hold several parties together (balances of buses, requirements of reserve) are priced.
Without them the program falls apart into components, one for each generator, load or store that
shares no other limit, and one for each network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from market.operators.day import Day
from scenarios.assets import assets
from solvers.join import Joined
from solvers.program import Positions, Program, Vector

PRICED = ("balance", "reserve_is_held")
OPERATOR = "operator"


@dataclass(frozen=True, order=True)
class Owner:
    """Whose a component is: an asset's, or else that of all that an area's operator clears."""

    area: str
    kind: str
    asset: str


@dataclass(frozen=True)
class Component:
    """Columns and rows of the program that nothing but prices holds to the others."""

    owner: Owner
    columns: Positions
    rows: Positions


@dataclass(frozen=True)
class Market:
    """Days that were cleared together as one program, and the point `x` at which they stand.

    Columns of boundary power that are not decided in this market are held in the program.
    """

    days: tuple[Day, ...]
    joined: Joined
    x: Vector

    @property
    def program(self) -> Program:
        """The program of all days."""
        return self.joined.program

    @property
    def hours(self) -> Vector:
        """Length of every period (h)."""
        return self.days[0].hours

    @cached_property
    def integers(self) -> Positions:
        """Columns that are whole numbers."""
        parts = zip(self.days, self.joined.columns, strict=True)
        return np.concatenate([columns[day.integers] for day, columns in parts])

    @cached_property
    def priced(self) -> Positions:
        """Rows that have prices, shape (members, periods)."""
        parts = [
            rows[day.rows[name]]
            for day, rows in zip(self.days, self.joined.rows, strict=True)
            for name in PRICED
            if name in day.rows
        ]
        return np.concatenate([part for part in parts if part.size])

    @cached_property
    def period(self) -> Positions:
        """Period of every column, from 0."""
        found = np.zeros(self.x.size, dtype=np.int64)
        for day, columns in zip(self.days, self.joined.columns, strict=True):
            for places in day.columns.values():
                found[columns[places]] = np.arange(self.hours.size)
        return found

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """All components, in the order of their first columns."""
        rows, size = np.ones(self.program.row_lower.size, dtype=bool), self.x.size
        rows[self.priced] = False
        kept = np.flatnonzero(rows)
        links = self.program.matrix[kept]
        blocks: Any = [[None, links.T], [links, None]]
        graph: Any = sparse.block_array(blocks)
        count, found = connected_components(graph, directed=False)
        label: Positions = found.astype(np.int64)
        owners = self._owners()
        return tuple(
            Component(_one(owners, columns), columns, kept[own])
            for columns, own in zip(
                _grouped(label[:size], count), _grouped(label[size:], count), strict=True
            )
            if columns.size
        )

    def _owners(self) -> list[Owner]:
        """Owner of every column; boundary power is transmission's."""
        found: list[Owner] = [self.operator(0)] * self.x.size
        for n in reversed(range(len(self.days))):
            day, columns = self.days[n], self.joined.columns[n]
            for column in columns:
                found[column] = self.operator(n)
            for name, kind in day.owners.items():
                held = day.view.of(assets[kind].record)
                for member, places in zip(day.members[name], day.columns[name], strict=True):
                    asset = member[0] if isinstance(member, tuple) else member
                    for place in columns[places] if asset in held else ():
                        found[place] = Owner(day.view.name, kind, asset)
        return found

    def operator(self, n: int) -> Owner:
        """The operator of the area of a day."""
        return Owner(self.days[n].view.name, OPERATOR, "")


def _grouped(label: Positions, count: int) -> Sequence[Positions]:
    """Positions of each label."""
    order = np.argsort(label, kind="stable")
    return np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1])


def _one(owners: Sequence[Owner], columns: Positions) -> Owner:
    """The owner of all columns, or else the operator of their first area."""
    found = sorted({owners[n] for n in columns})
    owned = {owner for owner in found if owner.asset}
    return owned.pop() if len(owned) == 1 else Owner(found[0].area, OPERATOR, "")
