"""Coordinated market operations: transmission and distribution clear one market together.

Who sees which bids: every operator sees its own. In which order: rounds of boundary prices and
boundary schedules, by the chosen method. What is fixed when: nothing before the operators
agree; then boundary schedules and prices, and each operator dispatches its own area.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from market.clearing.coordinated import clear_coordinated
from market.coordination import Method
from market.coordination.methods.schedules import Schedules
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from scenarios.clearing import Clearing


@designs.member("cmo")
@dataclass(frozen=True)
class Cmo:
    """Coordinated clearing by the given method."""

    about: ClassVar[About] = About(
        title="Coordinated market operation",
        says=(
            "the operators exchange prices and schedules of the boundaries until they agree, and "
            "no one shows its network or its bids"
        ),
        rank=50,
        commits=True,
        begins_a_study=lambda scenario: True,
    )

    method: Method[Any] = field(default_factory=Schedules)

    def clear(
        self, operators: Operators, name: str = "cmo", progress: Progress | None = None
    ) -> Clearing:
        """Coordinate until the method has a verdict; raises SolveFailed."""
        return clear_coordinated(operators, self.method, name, progress).clearing
