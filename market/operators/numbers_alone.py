"""A block without constraints: what an area may decide, at what prices, and nothing compiled."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pyomo.core.base.component import Component

from formulations.decision import Decision

Rule = TypeVar("Rule", bound=Callable[..., Any])


class NumbersAlone:
    """Takes what is added to a Pyomo block, and passes over its constraints and expressions.

    With no periods a block has neither; that Pyomo looks at every rule costs more than all the
    numbers.
    """

    decisions: list[Decision]
    offset: NDArray[np.float64]

    def Constraint(self, *_: Any, **__: Any) -> Callable[[Rule], Rule]:
        """Decorator of a rule that is left as it is."""
        return _as_it_is

    Expression = Constraint

    def __setattr__(self, name: str, held: Any) -> None:
        """Components are made as if by a block."""
        if isinstance(held, Component):
            held.construct()
        super().__setattr__(name, held)

    def add_component(self, name: str, component: Any) -> None:
        """Keep a component under its name."""
        setattr(self, name, component)

    def component(self, name: str) -> Any:
        """The component of that name."""
        return getattr(self, name)

    def __getattr__(self, name: str) -> Any:
        """A variable that has not been made, since it has no members."""
        return {}


def _as_it_is(rule: Rule) -> Rule:
    return rule
