"""Flexibility that operators buy after a schedule: who moves what, with boundary power how free.

A. Sanjab, H. Le Cadre, Y. Mou, "TSO-DSOs Stable Cost Allocation for the Joint Procurement of
Flexibility", IEEE Trans. Smart Grid 13(6), 2022; L. Marques, A. Sanjab, Y. Mou, H. Le Cadre,
K. Kessels, "Grid Impact Aware TSO-DSO Market Models for Flexibility Procurement", IEEE Trans.
Power Syst. 38(2), 2023.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from market.clearing.coordinated import clear_coordinated
from market.clearing.outcome import Clock, clearing_of
from market.clearing.scheduled import Schedule, schedule_of
from market.clearing.unmended import leaving_limits, with_unmended
from market.clearing.zonal import Coupling, ShiftKeys, zonal_schedule
from market.coordination import Conversation, begin
from market.coordination.methods.schedules import Schedules
from market.coordination.offered import fixed
from market.coordination.protocol import Crossing, Numbers, Settled
from market.coordination.questions import ByRule, Mend, Settle
from market.operators.envelope import Envelope, SafeRanges
from market.operators.operators import Operators
from market.operators.resources import held_within
from market.operators.whole import refuse_plants
from scenarios.clearing import Clearing, Status
from scenarios.results import TSO, Round, consuming

Interface = Literal["kept", "mid", "optimal"]
Settlements = dict[str, Settled]
TIE_SHARE = 0.7


@dataclass(frozen=True)
class Needs:
    """A zonal schedule that networks do not carry, and the operators who must mend it.

    `name` is that of the clearing to come.
    """

    operators: Operators
    conversation: Conversation
    schedule: Schedule
    clock: Clock
    name: str

    def together(self, progress: Callable[[Round], None] | None = None) -> Clearing:
        """All operators buy from everybody, coordinated; raises SolveFailed."""
        cleared = clear_coordinated(self.operators, Schedules(), self.name, progress)
        return self.schedule.mended(cleared.clearing)

    def distribution_first(self, interface: Interface) -> Settlements:
        """Distribution operators buy, with boundary power `kept` or free at an interface price.

        `mid` lies between the schedule's price and what one more MW costs transmission by itself;
        `optimal` is that of the common market, which tells the flow as well where several earn
        the same at it.
        """
        if interface == "kept":
            return self.at(self.schedule.power, self.schedule.prices)
        if interface == "optimal":
            common = clear_coordinated(self.operators, Schedules(), self.name).clearing
            self._restart()
            flows, prices = (self._crossing(common, n) for n in ("p_mw", "lmp_usd_per_mwh"))
            return self.at(flows, prices)
        own = self.operators.transmission.clear(fixed(self.schedule.power)).prices
        middle = (self.schedule.prices + own) / 2
        self._tell("price", middle)
        rows = self.conversation.rows
        found: Settlements = self.conversation.ask(lambda area: Settle(None, middle[rows[area]]))
        return found

    def at(self, plan: Crossing, prices: Crossing) -> Settlements:
        """Distribution areas that hold planned boundary power (MW), at prices ($/MWh)."""
        self._tell("price", prices)
        self._tell("plan", plan)
        rows = self.conversation.rows
        found: Settlements = self.conversation.ask(
            lambda area: Mend(plan[rows[area]], prices[rows[area]])
        )
        return found

    def left(self, plan: Crossing, prices: Crossing) -> Settlements:
        """Distribution areas at planned boundary power (MW), whatever that breaks in them."""
        self._tell("price", prices)
        self._tell("plan", plan)
        rows = self.conversation.rows
        return {
            one.name: leaving_limits(one).mend(plan[rows[one.name]], prices[rows[one.name]])
            for one in self.operators.distribution
        }

    def then_transmission(self, lower: Settlements, unmended: Sequence[str] = ()) -> Clearing:
        """Transmission mends its own network at the boundary power that areas have fixed.

        Limits of areas `unmended` are left to others; transmission may be one of them.
        """
        upper, talk = self.operators.transmission, self.conversation
        upper = leaving_limits(upper) if upper.name in unmended else upper
        power = talk.gather({area: part.power for area, part in lower.items()})
        for area, part in lower.items():
            talk.log.send(1, area, "schedule", part.boundaries, part.power)
        parts = upper.settle(upper.clear(fixed(power))), list(lower.values())
        return self.mended(parts, unmended)

    def then_blind(self, *, corrected: bool) -> Clearing:
        """Transmission buys from everybody, blind to feeders, which each then mends if `corrected`.

        Otherwise what was bought is done, whatever it breaks.
        """
        blind = self.operators.shared_models().without_feeder_limits()
        bought = schedule_of(blind.clear("market of what is left of offers", exclusively=True))
        carried = self.at if corrected else self.left
        lower = carried(bought.power, bought.prices)
        parts = (bought.transmission(), list(lower.values()))
        return self.mended(parts, () if corrected else list(lower))

    def then_prequalified(self, lower: Settlements) -> Clearing:
        """Transmission buys what no combination of activations makes unsafe for a feeder.

        Each area forwards a range around what it has settled on for every resource.
        """
        envelopes: dict[str, Envelope] = self.conversation.ask(
            lambda area: ByRule(SafeRanges(held=injections(lower[area])))
        )
        bought = within_envelopes(self.operators, envelopes)
        lower = self.at(bought.power, bought.prices)
        return self.mended((bought.transmission(), list(lower.values())))

    def mended(
        self, parts: tuple[Settled, list[Settled]], unmended: Sequence[str] = ()
    ) -> Clearing:
        """The clearing that all operators' parts make up; limits of `unmended` areas are left."""
        optimal, log = Status.OPTIMAL, self.conversation.log
        cleared = clearing_of(self.name, optimal, self.operators, self.clock, parts, log=log)
        days = self.operators.shared_models().days
        views = [day.view for day in days if day.view.name in unmended]
        return self.schedule.mended(with_unmended(cleared, views))

    def _restart(self) -> None:
        """Answers do not depend on what the common market asked."""
        begin(self.operators)

    def _tell(self, quantity: str, numbers: Crossing) -> None:
        self.conversation.log.send(
            1, TSO, quantity, self.conversation.transmission.boundaries, numbers
        )

    def _crossing(self, clearing: Clearing, column: str) -> Crossing:
        """A column of a clearing's boundary table, shape (boundaries, periods)."""
        rows = clearing.frame("boundary").pivot_table(column, "boundary", "period")
        found: Crossing = rows.loc[list(self.conversation.transmission.boundaries)].to_numpy()
        return np.ascontiguousarray(found)


def within_envelopes(operators: Operators, envelopes: Mapping[str, Envelope]) -> Schedule:
    """One market of all bids in which resources keep to the envelopes of their areas."""
    blind = operators.shared_models().without_feeder_limits()
    kept = [held_within(day, envelopes[day.view.name].ranges) for day in blind.days[1:]]
    within = replace(blind, days=(blind.days[0], *kept))
    return schedule_of(within.clear("market within envelopes", exclusively=True))


def injections(part: Settled) -> dict[tuple[str, str], Numbers]:
    """What every asset of an area injects (MW, shape (periods,)), by kind and name."""
    found = {}
    for rows in part.parts["dispatch"]:
        signs = [-1.0 if kind in consuming() else 1.0 for kind in rows.names["kind"]]
        keys = zip(rows.names["kind"], rows.names["asset"], strict=True)
        power = np.array(signs).reshape(-1, 1) * rows.values["p_mw"]
        found.update(dict(zip(keys, power, strict=True)))
    return found


def needs(
    operators: Operators,
    name: str,
    coupling: Coupling = "ntc",
    tie_share: float = TIE_SHARE,
    shift_keys: ShiftKeys = "capacity",
    imbalance_percent: float = 0.0,
) -> Needs:
    """What a zonal market leaves to be mended; raises SolveFailed.

    It expects `imbalance_percent` less transmission load than there is.
    """
    refuse_plants(operators, name)
    conversation, clock = begin(operators), Clock()
    expected = 1.0 - imbalance_percent / 100.0
    schedule = zonal_schedule(operators, conversation, coupling, shift_keys, tie_share, expected)
    return Needs(operators, conversation, schedule, clock, name)
