"""14A to 30B: IEEE 14 and 30 with 33-bus feeders of two types, for load flows and AC optima.

Which buses are fed beside those named in captions, exponents and generators are assumed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Literal

from scenarios.records import Generator, Load, Offer
from scenarios.scenario import Scenario
from scenarios.systems.coupled import coupled, load_mw

Exponents = tuple[float, float]  # of P and of Q
Units = Literal["none", "fixed", "dispatched"]

HOUSEHOLD: Exponents = (0.92, 4.04)
SHOPS: Exponents = (1.51, 3.40)
INDUSTRY: Exponents = (0.18, 6.0)
CYCLE = (HOUSEHOLD, SHOPS, HOUSEHOLD, SHOPS, INDUSTRY)
TYPES: dict[str, tuple[Exponents, ...]] = {"A": CYCLE, "B": ((1.2, 3.0),)}
CONSTANT: Exponents = (0.0, 0.0)

UPPER_BAND, LOWER_BAND, WIDE_BAND = (0.94, 1.06), (0.95, 1.05), (0.90, 1.10)  # p.u.


@dataclass(frozen=True)
class Fixed:
    """A unit of the load flows: share of the feeder's load, and Q over P."""

    share: float
    tan_phi: float


@dataclass(frozen=True)
class Dispatched:
    """A unit of the optimal power flows: capacity over load, cost c1 P + c2 P^2, Q within 0.4 P."""

    share: float
    c1: float
    c2: float


FIXED = {"18": Fixed(0.20, 0.0), "25": Fixed(0.15, 0.33), "33": Fixed(0.15, 0.33)}
DISPATCHED = {
    "18": Dispatched(0.25, 15.0, 0.02),
    "33": Dispatched(0.25, 28.0, 0.03),
    "25": Dispatched(0.20, 60.0, 0.02),
}
Q_SHARE = 0.4


@dataclass(frozen=True)
class System:
    """A transmission network with 33-bus feeders; `loads` are exponents that repeat along them."""

    name: str
    network: str
    boundaries: tuple[str, ...]
    loads: tuple[Exponents, ...] = (CONSTANT,)
    units: Units = "none"
    band: tuple[float, float] | None = None  # of the feeders' voltages, p.u.

    def build(self) -> Scenario:
        """The scenario."""
        fed = coupled(self.network, dict.fromkeys(self.boundaries, "feeder33"), name=self.name)
        made = UNITS[self.units](_with_cycle(fed, self.loads))
        return made if self.band is None else _with_bands(made, self.band)


SYSTEM_14A = System("14A", "ieee14", ("10", "13", "14"), TYPES["A"], "fixed")
SYSTEM_14B = System("14B", "ieee14", ("7", "10", "12"), TYPES["B"], "fixed")
SYSTEM_30A = System("30A", "ieee30", ("15", "19", "24"), TYPES["A"], "fixed")
SYSTEM_30B = System("30B", "ieee30", ("10", "17", "21"), TYPES["B"], "fixed")
SYSTEMS = (SYSTEM_14A, SYSTEM_14B, SYSTEM_30A, SYSTEM_30B)


def optimised(system: System, band: tuple[float, float] = LOWER_BAND) -> System:
    """The system of the optimal power flows: constant loads, units to dispatch, voltage bands."""
    return replace(system, loads=(CONSTANT,), units="dispatched", band=band)


def _with_cycle(scenario: Scenario, exponents: tuple[Exponents, ...]) -> Scenario:
    """Loads of feeders follow voltage with these exponents in turn."""

    def changed() -> Iterator[Load]:
        turn = {area: cycle(exponents) for area in scenario.distribution}
        for load in scenario.loads:
            n_p, n_q = next(turn[load.area]) if load.area in turn else (load.n_p, load.n_q)
            yield replace(load, n_p=n_p, n_q=n_q)

    return replace(scenario, loads=tuple(changed()))


def _with_fixed(scenario: Scenario) -> Scenario:
    """With units that stand at their base output."""
    units, offers = [], []
    for area in scenario.distribution:
        for bus, unit in FIXED.items():
            p, name = unit.share * load_mw(scenario, area), f"dg-{bus}"
            q = unit.tan_phi * p
            units.append(Generator(area, name, bus, 0.0, p, q, q, p_base_mw=p, q_base_mvar=q))
            offers.append(Offer(area, name, None, 1, p, 0.0))
    return _joined(scenario, units, offers)


def _with_dispatched(scenario: Scenario) -> Scenario:
    """With units that can be dispatched."""
    units, offers = [], []
    for area in scenario.distribution:
        for bus, unit in DISPATCHED.items():
            p, name = unit.share * load_mw(scenario, area), f"dg-{bus}"
            units.append(Generator(area, name, bus, 0.0, p, -Q_SHARE * p, Q_SHARE * p))
            offers.append(Offer(area, name, None, 1, p, unit.c1, 2 * unit.c2))
    return _joined(scenario, units, offers)


def _with_bands(scenario: Scenario, lower: tuple[float, float]) -> Scenario:
    """With voltage bands of transmission and of feeders."""
    bands = dict.fromkeys(scenario.distribution, lower) | {scenario.transmission: UPPER_BAND}
    buses = (
        replace(b, v_min_pu=bands[b.area][0], v_max_pu=bands[b.area][1]) for b in scenario.buses
    )
    return replace(scenario, buses=tuple(buses))


def _joined(scenario: Scenario, units: list[Generator], offers: list[Offer]) -> Scenario:
    held = {unit.area for unit in units}
    return replace(
        scenario,
        areas=tuple(replace(a, type="B") if a.area in held else a for a in scenario.areas),
        generators=(*scenario.generators, *units),
        offers=(*scenario.offers, *offers),
    )


UNITS: dict[Units, Callable[[Scenario], Scenario]] = {
    "none": lambda plain: plain,
    "fixed": _with_fixed,
    "dispatched": _with_dispatched,
}
