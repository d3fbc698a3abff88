"""How an area's loads and generation grow with the loading parameter lambda."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from security.ac.demand import Demand
from security.ac.grid import Complex, Grid, Real
from security.ac.newton import Consumption, Operation


@dataclass(frozen=True)
class Loading:
    """An operation at lambda = 0 and what one unit of lambda adds to it.

    `growth` are the loads that lambda = 1 adds (MVA at 1 p.u., with the exponents of the loads
    they belong to), `pickup` the injection (MVA) of every bus.
    """

    base: Operation
    growth: Demand
    pickup: Complex

    @property
    def grid(self) -> Grid:
        """The grid it is on."""
        return self.base.grid

    def at(self, lam: float, beside: Iterable[Consumption] = ()) -> Operation:
        """The operation at a loading, with what else is drawn `beside` it."""
        grown = (*self.base.consumption, self.growth.scaled(lam), *beside)
        generation: Complex = self.base.generation + lam * self.pickup
        return replace(self.base, generation=generation, consumption=grown)

    def rate(self, v: Real) -> Complex:
        """Growth of every bus's net consumption with lambda (MVA) at voltages `v` (p.u.)."""
        rate: Complex = self.growth.at(v) - self.pickup
        return rate

    def with_load(self, more: Demand, growth: Demand) -> "Loading":
        """The same with more load, and its growth."""
        base = replace(self.base, consumption=(*self.base.consumption, more))
        return Loading(base, joined(self.growth, growth), self.pickup)


def joined(*parts: Demand) -> Demand:
    """Loads of one grid together."""
    return Demand(
        parts[0].buses,
        np.concatenate([d.bus for d in parts]),
        np.concatenate([d.power for d in parts]),
        np.concatenate([d.n_p for d in parts]),
        np.concatenate([d.n_q for d in parts]),
    )
