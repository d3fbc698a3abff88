"""What every kind of device promises to the models that use it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any, Protocol

import numpy as np
import pyomo.environ as pyo

from formulations.contract import Lookup, Rows
from formulations.decision import Decision
from scenarios.local_market import LocalMarket
from scenarios.scenario import AreaView, Hourly

Columns = Mapping[str, Rows]  # of the dispatch table, by name


@dataclass(frozen=True)
class Setting:
    """Whether the network carries reactive power; the rules of a local market where there is one.

    An area of type A has no local market, whatever the rules.
    """

    reactive: bool
    local: LocalMarket | None = None


@dataclass(frozen=True)
class Solved:
    """An area's solved decisions: members and limits by name, and a look-up of their values."""

    view: AreaView
    members: Mapping[str, Sequence[Any]]
    decisions: Mapping[str, Decision]
    value: Lookup

    @property
    def hours(self) -> Hourly:
        """Length of every period (h)."""
        return np.array(self.view.hours)

    def cost(self, name: str) -> Rows:
        """Cost of a decision's members ($), shape (members, periods), whatever is asked beyond."""
        decision, power = self.decisions[name], self.value(name)
        price = decision.price - decision.beyond
        return self.hours * (price + decision.slope * power / 2) * power


class Device(Protocol):
    """One kind of device: its variables, its rows, what it injects and what becomes of it.

    The model of a kind of asset (`scenarios.assets`) has the kind's name, and knows its assets by
    `view.of(RECORD)`. A kind of another name has no assets: it is added after all others, when
    the block has its `p_boundary` (MW, by boundary), and is not asked what it injects.
    """

    def add(
        self, block: pyo.Block, view: AreaView, periods: Sequence[int], setting: Setting
    ) -> None:
        """Add variables (by `decide`), constraints and expressions to `block`.

        What couples one period to the next is a pair of variables in `block.states`: what the
        device was before the period, and after it. Variables that follow from others through
        constraints are named in `block.follows`. A cost ($) that nothing changes is added to
        `block.offset`, of shape (periods,).
        """
        ...

    def p_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """Active power (MW) that the device of that name gives to a bus of its, as an expression.

        Most have one bus; those with several are asked for each.
        """
        ...

    def q_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """Reactive power (Mvar) that it gives there; asked where the network carries any."""
        ...

    def row_key(self, view: AreaView, setting: Setting) -> Any:
        """All of the view that stands in the device's rows; the rest are limits and prices.

        Two views with the same keys share one compiled program, of one area or of two: the names
        of areas and boundaries are no part of it.
        """
        ...

    def dispatch(self, solved: Solved) -> Columns:
        """Columns of the dispatch table, each of shape (devices, periods).

        Devices with several buses have a row for each: first all at their first bus, and so on.
        A column that is left out is null, or 0 where the table has no nulls.
        """
        ...

    def greatest_mw(self, view: AreaView) -> tuple[Hourly, Hourly]:
        """Most that all devices of the kind can produce, and consume (MW), each by period."""
        ...

    def coupled(self, view: AreaView) -> Mapping[str, Sequence[str]]:
        """Names of the devices that couple one period to another, by what couples them."""
        ...

    def slack_buses(self, view: AreaView) -> tuple[Sequence[str], Sequence[str]]:
        """Buses of consumption that cannot be shed, and of production that cannot be turned down.

        Energy may be unserved at the one and spilled at the other, at a price.
        """
        ...


def in_rows(record: Any, numbers: Collection[str]) -> tuple[Any, ...]:
    """All of a record but its `numbers`, the fields that are limits or prices or of no matter.

    So a field that nobody thought of counts as one of the rows: a model is built again in vain
    rather than wrongly kept. The name of the area stands in no row.
    """
    return _standing(record.__class__, frozenset((*numbers, "area")))(record)


@cache
def _standing(kind: type, numbers: frozenset[str]) -> Callable[[Any], tuple[Any, ...]]:
    names = [f.name for f in fields(kind) if f.name not in numbers]
    return attrgetter(*names) if len(names) > 1 else lambda r: tuple(getattr(r, n) for n in names)
