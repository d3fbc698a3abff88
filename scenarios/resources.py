"""PV, batteries and flexible loads for a feeder, as shares of its load, drawn from a seed.

Sizes are stated, places and values drawn: each feeder has a random stream of its own, made of the
seed and its name, so that one more feeder leaves the others as they are.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenarios.findings import Finding, InvalidInput
from scenarios.networks import NetworkTables
from scenarios.records import Bid, Generator, Load, Offer, Storage
from scenarios.systems.profiles import CUSTOMERS, LOAD, SOLAR, Day

SITES = 1 / 3  # of the buses with load, that have PV; and, drawn again, a battery
INVERTER_MVAR = math.sqrt(1.1**2 - 1.0)  # beside full power, of an inverter 1.1 times as large
BATTERY_HOURS, EFFICIENCY, WEAR_USD_PER_MWH = 4.0, 0.95, 2.0
HIGHEST_VALUES = (60.0, 120.0)  # $/MWh, between which the first half of a flexible load is worth
SECOND_HALF = 0.6  # value of the second half over that of the first
TRANSMISSION_DAY, SUN = "load", "solar"
DAYS: Mapping[str, Day] = {TRANSMISSION_DAY: LOAD, SUN: SOLAR, **CUSTOMERS}


@dataclass(frozen=True)
class Resources:
    """Power of PV and of batteries, and what of every load is flexible, over a feeder's load.

    Raises InvalidInput where a share is negative, or more than all of the load is flexible.
    """

    pv: float = 0.0
    batteries: float = 0.0
    flexible: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        held = {"pv": self.pv, "batteries": self.batteries, "flexible": self.flexible}
        findings = [
            Finding(f"share of {name}", f"it is {share:g}", "give a number from 0 on")
            for name, share in held.items()
            if not 0 <= share < math.inf
        ]
        if self.flexible > 1:
            finding = f"it is {self.flexible:g}, more than all of the load"
            findings.append(Finding("share of flexible", finding, "give a part from 0 to 1"))
        if self.seed < 0:
            findings.append(Finding("seed", f"it is {self.seed}", "give a whole number from 0 on"))
        if findings:
            raise InvalidInput("the resources of feeders", findings)

    def add_to(self, feeder: NetworkTables) -> NetworkTables:
        """The feeder with the resources, and every load with the day of a kind of customer.

        Their names are `pv-`, `battery-` and the bus, and `flexible-` and the load.
        """
        draw = np.random.default_rng([self.seed, *feeder.area.area.encode()])
        loads = [_with_customers(load, draw) for load in feeder.loads]
        plants = [_pv(load.bus, mw, load.area) for load, mw in _placed(loads, self.pv, draw)]
        stores = [_store(load, mw) for load, mw in _placed(loads, self.batteries, draw)]
        bids = [_bid(load, self.flexible) for load in loads if self.flexible and load.p_mw > 0]
        kept = (_kept(load, self.flexible) if load.p_mw > 0 else load for load in loads)
        return replace(
            feeder,
            area=replace(feeder.area, type="B") if plants else feeder.area,
            loads=tuple(load for load in kept if load.p_mw or load.q_mvar),
            generators=(*feeder.generators, *plants),
            storage=(*feeder.storage, *stores),
            bids=(*feeder.bids, *bids),
            offers=(
                *feeder.offers,
                *(Offer(g.area, g.generator, None, 1, g.p_max_mw, 0.0) for g in plants),
                *(offer for bid in bids for offer in _values(bid, draw)),
            ),
        )


def days(periods: int) -> dict[str, tuple[float, ...]]:
    """The profiles that loads and PV follow, for so many hours, day after day."""
    return {name: tuple(day[t % len(day)] for t in range(periods)) for name, day in DAYS.items()}


def _with_customers(load: Load, draw: np.random.Generator) -> Load:
    return replace(load, profile=str(draw.choice(list(CUSTOMERS))))


def _placed(
    loads: Sequence[Load], share: float, draw: np.random.Generator
) -> Iterator[tuple[Load, float]]:
    """Loads at whose buses something stands, and its size (MW), in proportion to them."""
    able = [load for load in loads if load.p_mw > 0]
    if not share or not able:
        return
    count = max(1, round(SITES * len(able)))
    drawn = sorted(draw.choice(len(able), count, replace=False).tolist())
    chosen = [able[n] for n in drawn]
    all_mw, chosen_mw = (sum(load.p_mw for load in some) for some in (loads, chosen))
    yield from ((load, share * all_mw * load.p_mw / chosen_mw) for load in chosen)


def _pv(bus: str, p_mw: float, area: str) -> Generator:
    q_mvar = INVERTER_MVAR * p_mw
    return Generator(
        area, f"pv-{bus}", bus, 0.0, p_mw, -q_mvar, q_mvar, profile=SUN, technology="pv"
    )


def _store(load: Load, p_mw: float) -> Storage:
    """A battery that begins and ends the day half full."""
    energy_mwh = BATTERY_HOURS * p_mw
    return Storage(
        load.area,
        f"battery-{load.bus}",
        load.bus,
        p_mw,
        p_mw,
        energy_mwh,
        energy_initial_mwh=energy_mwh / 2,
        energy_final_mwh=energy_mwh / 2,
        charge_efficiency=EFFICIENCY,
        discharge_efficiency=EFFICIENCY,
        cost_usd_per_mwh=WEAR_USD_PER_MWH,
    )


def _kept(load: Load, flexible: float) -> Load:
    """What of a load is not flexible."""
    share = 1.0 - flexible
    return replace(load, p_mw=share * load.p_mw, q_mvar=share * load.q_mvar)


def _bid(load: Load, flexible: float) -> Bid:
    return Bid(
        load.area,
        f"flexible-{load.load}",
        load.bus,
        p_max_mw=flexible * load.p_mw,
        tan_phi=load.q_mvar / load.p_mw,
        profile=load.profile,
    )


def _values(bid: Bid, draw: np.random.Generator) -> Iterator[Offer]:
    """Two halves, the first worth more."""
    first = float(draw.uniform(*HIGHEST_VALUES))
    for step, value in enumerate((first, SECOND_HALF * first), start=1):
        yield Offer(bid.area, bid.bid, None, step, bid.p_max_mw / 2, value)
