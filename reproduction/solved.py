"""Markets and clearings that the items of one command share, each solved once."""

from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar, cast

from market.designs import Design
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from market.pricing.retail import Retail
from scenarios.clearing import Clearing
from scenarios.scenario import Scenario
from scenarios.systems import build_system
from settlement import Settlement, settle

T = TypeVar("T")
NODAL = Nodal()


class Case(Hashable, Protocol):
    """A scenario that can be built again; equal cases build equal scenarios."""

    def build(self) -> Scenario:
        """The scenario."""
        ...


class Solved:
    """What has been solved so far.

    Feeders are trees that carry power up to their ratings (`transport`).
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}

    def scenario(self, case: Case | str) -> Scenario:
        """Scenario of the case, or of the shipped system of that name."""
        build = (lambda: build_system(case)) if isinstance(case, str) else case.build
        return self.once(("scenario", case), build)

    def market(self, case: Case | str) -> Operators:
        """Its operators."""
        return self.once(
            ("market", case), lambda: Operators(self.scenario(case), distribution="transport")
        )

    def clearing(self, case: Case | str, design: Design) -> Clearing:
        """Its day under a design; raises SolveFailed."""
        return self.once(("clearing", case, design), lambda: design.clear(self.market(case)))

    def settlement(
        self, case: Case | str, design: Design, rule: Nodal | Retail = NODAL
    ) -> Settlement:
        """That day, settled by a pricing rule."""
        return self.once(
            ("settlement", case, design, rule),
            lambda: settle(self.scenario(case), self.clearing(case, design).tables, rule),
        )

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives; kept, so that the same key makes it once."""
        if key not in self._kept:
            self._kept[key] = make()
        return cast("T", self._kept[key])
