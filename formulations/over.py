"""Index sets: every component over the same members shares one, since Pyomo's are dear to make."""

from collections.abc import Iterable, Sequence

import pyomo.environ as pyo


def over(block: pyo.Block, members: Iterable[str], periods: Sequence[int], name: str) -> pyo.Set:
    """The pairs (member, period) as the set `name` of the block, made where it is missing."""
    if block.component(name) is None:
        pairs = [(i, t) for i in members for t in periods]
        block.add_component(name, pyo.Set(initialize=pairs))
    return block.component(name)


def over_buses(block: pyo.Block, buses: Iterable[str], periods: Sequence[int]) -> pyo.Set:
    """The pairs (bus, period)."""
    return over(block, buses, periods, "bus_periods")


def over_branches(block: pyo.Block, branches: Iterable[str], periods: Sequence[int]) -> pyo.Set:
    """The pairs (branch, period)."""
    return over(block, branches, periods, "branch_periods")
