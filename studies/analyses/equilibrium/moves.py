"""What owners may choose: what they then say, and what they gain by it in truth."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

from market.designs import Design
from scenarios.scenario import Scenario
from studies.analyses.equilibrium.day import Assets, SaidDay


class Move(Protocol):
    """One kind of choice; 0 is the truth, or what is done without playing."""

    words: ClassVar[str]
    unit: ClassVar[str]

    def said(self, scenario: Scenario, choice: float) -> Scenario:
        """What the market is told in place of the scenario."""
        ...

    def profit_usd(self, day: SaidDay, choice: float) -> float:
        """What the owner gains in truth."""
        ...

    def untold_usd(self, day: SaidDay, choice: float) -> float:
        """Welfare of the day in truth, less that of what was said."""
        ...

    def matters_to(self, design: Design) -> bool:
        """Whether the design looks at what is chosen."""
        ...


@dataclass(frozen=True)
class Owner:
    """One who plays: what it chooses, and from which choices."""

    name: str
    move: Move
    choices: tuple[float, ...]

    @property
    def open(self) -> tuple[float, ...]:
        """All choices in order; the truth is always open."""
        return tuple(sorted({0.0, *self.choices}))


@dataclass(frozen=True)
class Markup:
    """Generators ask so much ($/MWh) beyond their cost."""

    assets: Assets
    words: ClassVar[str] = "mark-up"
    unit: ClassVar[str] = "$/MWh"

    def said(self, scenario: Scenario, choice: float) -> Scenario:
        """All segments of their offers are dearer by the choice."""
        offers = tuple(
            replace(o, price_usd_per_mwh=o.price_usd_per_mwh + choice)
            if (o.area, o.owner) in self.assets
            else o
            for o in scenario.offers
        )
        return replace(scenario, offers=offers)

    def profit_usd(self, day: SaidDay, choice: float) -> float:
        """What the day leaves by what was said, and the mark-up on what they make."""
        return day.surplus_usd(self.assets) + self.untold_usd(day, choice)

    def untold_usd(self, day: SaidDay, choice: float) -> float:
        """What they make costs less than they say."""
        return choice * day.energy_mwh(self.assets)

    def matters_to(self, design: Design) -> bool:
        """Every design looks at offers."""
        return True


@dataclass(frozen=True)
class Withheld:
    """Generators keep back so much (%) of their capacity."""

    assets: Assets
    words: ClassVar[str] = "withheld"
    unit: ClassVar[str] = "%"

    def said(self, scenario: Scenario, choice: float) -> Scenario:
        """Their least and greatest outputs are smaller by the choice."""
        left = 1.0 - choice / 100.0
        units = tuple(
            replace(g, p_max_mw=left * g.p_max_mw, p_min_mw=left * g.p_min_mw)
            if (g.area, g.generator) in self.assets
            else g
            for g in scenario.generators
        )
        return replace(scenario, generators=units)

    def profit_usd(self, day: SaidDay, choice: float) -> float:
        """What the day leaves them: what they do make costs what they say."""
        return day.surplus_usd(self.assets)

    def untold_usd(self, day: SaidDay, choice: float) -> float:
        """Nothing: what is kept back makes nothing."""
        return 0.0

    def matters_to(self, design: Design) -> bool:
        """Every design looks at capacities."""
        return True


@dataclass(frozen=True)
class Understated:
    """A distribution operator says so much (%) less than its area's load, flexible load too.

    It takes what the market gives it for that, and then dispatches the area as it is.
    """

    area: str
    words: ClassVar[str] = "understated"
    unit: ClassVar[str] = "%"

    def said(self, scenario: Scenario, choice: float) -> Scenario:
        """Its loads are smaller by the choice."""
        return scenario.with_tables(
            {name: [self._smaller(row, choice) for row in scenario.table(name)]
             for name in ("loads", "bids")}
        )  # fmt: skip

    def _smaller(self, row: Any, choice: float) -> Any:
        left = 1.0 - choice / 100.0
        names = ("p_mw", "q_mvar") if hasattr(row, "p_mw") else ("p_min_mw", "p_max_mw")
        smaller = {name: left * getattr(row, name) for name in names}
        return replace(row, **smaller) if row.area == self.area else row

    def profit_usd(self, day: SaidDay, choice: float) -> float:
        """What the area gains, consumers, resources and operator together."""
        return day.area_surplus_usd(self.area) + self.untold_usd(day, choice)

    def untold_usd(self, day: SaidDay, choice: float) -> float:
        """True worth of the area at its boundary power, less what was said."""
        return day.untold_usd(self.area) if choice else 0.0

    def matters_to(self, design: Design) -> bool:
        """Every design looks at loads."""
        return True


@dataclass(frozen=True)
class Wholesale:
    """Generators and stores of type 1 offer so much (%) of their power in the wholesale market."""

    assets: Assets
    words: ClassVar[str] = "offered wholesale"
    unit: ClassVar[str] = "%"

    def said(self, scenario: Scenario, choice: float) -> Scenario:
        """Their shares are the choice."""
        share = choice / 100.0
        units = [
            replace(g, gamma=share) if (g.area, g.generator) in self.assets else g
            for g in scenario.generators
        ]
        stores = [
            replace(s, gamma=share) if (s.area, s.storage) in self.assets else s
            for s in scenario.storage
        ]
        return scenario.with_tables({"generators": units, "storage": stores})

    def profit_usd(self, day: SaidDay, choice: float) -> float:
        """What the day leaves them."""
        return day.surplus_usd(self.assets)

    def untold_usd(self, day: SaidDay, choice: float) -> float:
        """Nothing: a share is no statement that could be false."""
        return 0.0

    def matters_to(self, design: Design) -> bool:
        """Designs without local markets look at no share."""
        return "generators.gamma" in design.about.reads(design)
