"""What a plant that starts and stops can do, counted in periods and in MW above its least output.

The times of a plant count periods of one length: a part of a period is a period.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from formulations.decision import Daily
from formulations.devices.offers import Curves, curve_cost, curves, output_limits
from scenarios.records import Commitment, Generator, Startup
from scenarios.scenario import AreaView

ROUNDING = 1e-9  # of a period, and of a MW


@dataclass(frozen=True)
class Plant:
    """A generator with its commitment; `hour` is the length of a period (h).

    `curve` is its cost curve above its least output, `standing` ($/h, by period) the cost there.
    """

    generator: Generator
    commitment: Commitment
    startups: tuple[Startup, ...]
    hour: float
    p_min: float
    span: float
    curve: Curves
    standing: Daily

    def periods(self, hours: float) -> int:
        """So many hours in whole periods."""
        return math.ceil(hours / self.hour - ROUNDING)

    @cached_property
    def up(self) -> int:
        """Least periods on, at least 1."""
        return max(1, self.periods(self.commitment.min_up_h))

    @cached_property
    def down(self) -> int:
        """Least periods off, at least 1."""
        return max(1, self.periods(self.commitment.min_down_h))

    @cached_property
    def rise(self) -> float:
        """Greatest rise of output in a period (MW), no more than it could ever rise."""
        return self._at_most(self.commitment.ramp_up_mw_per_h, self.hour)

    @cached_property
    def fall(self) -> float:
        """Greatest fall of output in a period (MW)."""
        return self._at_most(self.commitment.ramp_down_mw_per_h, self.hour)

    @cached_property
    def first(self) -> float:
        """Most above least output (MW) in the period of a start."""
        return min(self.rise, self._above(self.commitment.p_start_mw))

    @cached_property
    def last(self) -> float:
        """Most above least output (MW) in the period before a stop."""
        return min(self.fall, self._above(self.commitment.p_stop_mw))

    @cached_property
    def above_before(self) -> float:
        """Output above the least before the first period (MW)."""
        return max(0.0, self.commitment.p_before_mw - self.p_min)

    @cached_property
    def lags(self) -> tuple[int, ...]:
        """Periods off from which each start-up category counts."""
        return tuple(max(1, self.periods(s.off_h)) for s in self.startups)

    @property
    def start_cost(self) -> float:
        """Cost of a start ($) where there is one for all; 0 where categories have their own."""
        return self.startups[0].cost_usd if len(self.startups) == 1 else 0.0

    @cached_property
    def climb(self) -> tuple[float, ...]:
        """What a plant cannot yet reach (MW) so many periods after the one of its start."""
        left = [self.span - self.first - i * self.rise for i in range(self.up)]
        return tuple(mw for mw in left if mw > ROUNDING)

    @property
    def remembered(self) -> tuple[int, int]:
        """How many periods back starts, and stops, still matter."""
        coldest = self.lags[-1] - 1 if len(self.lags) > 1 else 0
        return self.up - 1, max(self.down - 1, coldest)

    def happened(self, *, on: bool, ago: int) -> bool:
        """Whether it was switched on, or off, `ago` periods before the first."""
        c = self.commitment
        if c.hours_before is None or c.on_before is not on:
            return False
        return max(1, math.floor(c.hours_before / self.hour + ROUNDING)) == ago

    def _above(self, limit: float | None) -> float:
        return self.span if limit is None else min(self.span, max(0.0, limit - self.p_min))

    def _at_most(self, ramp: float | None, hours: float) -> float:
        return self.span if ramp is None else min(self.span, ramp * hours)


def plants(view: AreaView) -> Mapping[str, Plant]:
    """The plants of an area by name, in the order of its generators."""
    return {n: _plant(view, g) for n, g in view.generators.items() if n in view.commitments}


def with_plants(curve: Curves, held: Mapping[str, Plant]) -> Curves:
    """The curves with those of plants above their least output alone."""
    if not held:
        return curve
    names = ("width", "floor", "price", "slope", "fee")
    arrays = {name: getattr(curve, name).copy() for name in names}
    for name, plant in held.items():
        rows = [n for n, (owner, _) in enumerate(curve.members) if owner == name]
        for column, array in arrays.items():
            array[rows] = getattr(plant.curve, column)
    return Curves(curve.members, **arrays)


def _plant(view: AreaView, generator: Generator) -> Plant:
    name = generator.generator
    least, most = output_limits(view, generator)
    whole = curves(view, {name: generator})
    above = Curves(
        whole.members,
        whole.width - whole.floor,
        np.zeros_like(whole.floor),
        whole.price + whole.slope * whole.floor,
        whole.slope,
        whole.fee,
    )
    return Plant(
        generator,
        view.commitments[name],
        view.startups.get(name, ()),
        view.hours[0],
        float(least[0]),
        float(most[0] - least[0]),
        above,
        generator.no_load_usd_per_h + curve_cost(whole, least),
    )
