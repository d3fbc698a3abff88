"""One cycle after the other: dispatch, let the grid answer, measure, tell."""

import numpy as np

from market.opf.answers import Values, stack
from market.opf.coordinated import OpfOperators
from market.opf.damped import Damped
from market.opf.set_points import LinePoint, SetPoint, set_points
from scenarios.one_period import one_period
from scenarios.records import Generator
from scenarios.scenario import Scenario
from security.load_flow import LoadFlow
from studies.analyses.real_time.link import Conditions, Link, Meter
from studies.analyses.realised import Realised, realise


class Loop:
    """Operators and the grid they run.

    The grid is the load flows of transmission and of every feeder, joined at the boundaries;
    noise, delay and loss concern what operators read and hear alone. Before the first cycle
    generators stand at their base case. The TSO waits for what its last message led to: with
    delay it acts once in the time that a message and its answer take.
    """

    def __init__(self, scenario: Scenario, conditions: Conditions) -> None:
        self.change(scenario)
        self._cycle, self._wait = 0, 2 * conditions.delay + 1
        first = self.operators.first_prices()
        count = first.shape[1]
        noise, down, up = np.random.default_rng(conditions.seed).spawn(3)
        self._meter = Meter(conditions.noise, noise)
        self._points: dict[tuple[str, str], SetPoint | LinePoint] = {
            (g.area, g.generator): _base(g) for g in self.scenario.generators
        }
        v = self._voltages(self._answer().flow)
        self._down = Link(np.column_stack([v, *first]), conditions, down)
        self._up = Link(np.zeros((count, 3)), conditions, up)
        self._prices, self._worth = Damped(first), Damped(np.zeros(count))

    def change(self, scenario: Scenario) -> None:
        """Go on with other loads; what was said and set stays."""
        self.scenario = one_period(scenario)
        self.operators = OpfOperators.of(self.scenario)

    @property
    def prices(self) -> Values:
        """Prices ($/MWh, $/Mvarh) that the TSO sends, a column for each boundary."""
        return self._prices.value

    def cycle(self) -> Realised:
        """DSOs dispatch, then the TSO; gives the grid that answers both."""
        said = self._up.carry(self._ask_distribution())
        if self._cycle % self._wait == 0:
            self._ask_transmission(said)
        self._cycle += 1
        after = self._answer()
        v = self._meter.read(self._voltages(after.flow))
        self._down.carry(np.column_stack([v, *self._prices.value]))
        return after

    def _ask_distribution(self) -> Values:
        """Every DSO dispatches at what it heard; gives P, Q as measured and the worth of V."""
        lower = self.operators.lower
        offered = [dso.respond(*heard) for dso, heard in zip(lower, self._down.held, strict=True)]
        for dso in lower:
            self._points |= set_points(dso)
        power = self._powers(self._answer().flow)
        return np.column_stack([self._meter.read(power), stack(offered, "rising")])

    def _ask_transmission(self, said: Values) -> None:
        """The TSO dispatches at what it heard, and sets its prices."""
        p, q, worth = said.T
        self._worth.follow(worth)
        v = self._down.held[:, 0]
        served = self.operators.upper.respond(p, q, self._worth.value, v)
        self._prices.follow(np.stack([served.lmp, served.lmp_q]))
        self._points |= set_points(self.operators.upper)

    def _answer(self) -> Realised:
        return realise(self.scenario, self._points)

    def _voltages(self, flow: LoadFlow) -> Values:
        return np.array([abs(flow.ports[b].voltage) for b in self.operators.upper.boundaries])

    def _powers(self, flow: LoadFlow) -> Values:
        """P and Q (MW, Mvar) into every feeder, a row each."""
        drawn = [flow.ports[b].power for b in self.operators.upper.boundaries]
        return np.array([(s.real, s.imag) for s in drawn], dtype=float).reshape(-1, 2)


def _base(unit: Generator) -> SetPoint:
    return SetPoint(unit.p_base_mw or 0.0, unit.q_base_mvar or 0.0, unit.v_set_pu or 1.0)
