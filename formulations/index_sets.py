"""Index sets: components over the same members share one, since Pyomo's are dear to make."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyomo.environ as pyo


def member_periods(block: pyo.Block, members: Iterable[Any], periods: Sequence[int]) -> pyo.Set:
    """The pairs (member, period) as a set of the block; a member that is a tuple is unpacked.

    `block.sets` keeps the sets made so far.
    """
    pairs = tuple((*i, t) if isinstance(i, tuple) else (i, t) for i in members for t in periods)
    if pairs not in block.sets:
        name = f"set_{len(block.sets)}"
        dimension = len(pairs[0]) if pairs else 2
        block.add_component(name, pyo.Set(initialize=pairs, dimen=dimension))
        block.sets[pairs] = block.component(name)
    return block.sets[pairs]
