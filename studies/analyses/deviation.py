"""How much one party could gain by not being truthful while all others are.

Coordination is efficient among price takers. A DSO that buys on balance lowers its price by
understating its demand: along its own boundary power d the gain changes by -d times the slope of
the price. P. Klemperer, M. Meyer, "Supply Function Equilibria in Oligopoly under Uncertainty",
Econometrica 57(6), 1989.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from market.coordination import begin
from market.designs import Design
from market.operators.operators import Operators
from market.operators.whole import refuse_plants
from scenarios.findings import Finding, InvalidInput, near
from scenarios.names import joined
from scenarios.scenario import Scenario
from solvers.session import open_session
from studies.analyses.equilibrium.moves import Owner, Withheld
from studies.analyses.equilibrium.play import Market
from studies.runs.run_folder import new_folder, write_frames
from studies.study.settlement_table import SettlementTable
from studies.study.study_tables import FormulationTable

Rows = NDArray[np.float64]
FACTORS = tuple(np.round(np.arange(0.5, 1.51, 0.05), 2).tolist())
WITHHELD = (1.0, 0.9, 0.75, 0.5, 0.25, 0.0)


@dataclass(frozen=True)
class Deviation:
    """The best of the deviations tried: its gain ($ of the day) and the factor of every period."""

    party: str
    gain_usd: float
    factor: Rows


class Deviator:
    """One DSO that may announce any boundary schedule, among operators that clear truthfully."""

    def __init__(self, operators: Operators, area: str) -> None:
        names = [d.name for d in operators.distribution]
        if area not in names:
            finding = Finding(f"area {area!r}", "there is no such distribution area",
                              near(area, names))  # fmt: skip
            raise InvalidInput("best response", [finding])
        refuse_plants(operators, "best response")
        conversation = begin(operators)
        self._ports = conversation.rows[area]
        self._operator = operators.distribution[names.index(area)]
        self._models = operators.shared_models()
        self._crossing = self._models.crossing[self._ports]
        program = self._models.joined.program
        self._session = open_session(program, "clearing of the others", operators.time_limit_s)
        self._free = program.lower[self._crossing].copy(), program.upper[self._crossing].copy()

    def truthful(self) -> Rows:
        """Boundary schedule (MW) of the joint optimum, shape (boundaries, periods)."""
        low, high = self._free
        self._session.set_bounds(self._crossing.ravel(), low.ravel(), high.ravel())
        return self._session.solve().x[self._crossing]

    def price(self, schedule: Rows) -> Rows:
        """Boundary price ($/MWh) when the area takes `schedule` and the others adapt."""
        self._session.set_bounds(self._crossing.ravel(), schedule.ravel(), schedule.ravel())
        return self._models.prices(self._session.solve().dual)[self._ports]

    def payoff(self, schedule: Rows) -> Rows:
        """The area's own welfare less what it pays ($), in every period."""
        paid = (self.price(schedule) * schedule).sum(axis=0) * self._operator.hours
        payoff: Rows = self._operator.price_at(schedule).welfare - paid
        return payoff


def best_response_gain(
    operators: Operators, area: str, factors: Sequence[float] = FACTORS
) -> Deviation:
    """Most that a DSO could gain by announcing a multiple of its truthful schedule.

    Where nothing couples the hours of any operator each hour has its own factor, otherwise the
    day has one. Raises InvalidInput and SolveFailed.
    """
    deviator = Deviator(operators, area)
    truth = deviator.truthful()
    honest = deviator.payoff(truth)
    gains = np.array([deviator.payoff(f * truth) - honest for f in factors])
    gains = np.vstack([np.zeros_like(honest), gains])  # not to deviate gains nothing
    tried = np.array([1.0, *factors])
    if all(day.is_separable for day in operators.shared_models().days):
        best = gains.argmax(axis=0)
        gain = float(gains.max(axis=0).sum())
        return Deviation(area, gain, tried[best])
    whole = int(gains.sum(axis=1).argmax())
    return Deviation(area, float(gains.sum(axis=1)[whole]), np.full(honest.size, tried[whole]))


def withholding_gain(
    scenario: Scenario,
    generator: tuple[str, str],
    design: Design,
    formulation: FormulationTable | None = None,
    settlement: SettlementTable | None = None,
    kept: Sequence[float] = WITHHELD,
) -> Deviation:
    """Most that a generator (area, name) could gain by keeping back a part of its capacity.

    The day is cleared and settled once for every part. Raises InvalidInput and SolveFailed.
    """
    if generator not in {(g.area, g.generator) for g in scenario.generators}:
        known = [joined(g.area, g.generator) for g in scenario.generators]
        name = joined(*generator)
        finding = Finding(f"generator {name!r}", "there is no such generator", near(name, known))
        raise InvalidInput("withheld capacity", [finding])
    physics = formulation or FormulationTable()
    rule = (settlement or SettlementTable()).rule_of(design)
    move = Withheld(frozenset({generator}))
    operators = Operators(scenario, physics.transmission, physics.distribution)
    owner = Owner(joined(*generator), move, ())
    market = Market(scenario, operators, "withheld capacity", design, rule, [owner])
    shares = (1.0, *kept)
    profits = [market.at((100.0 * (1.0 - share),)).profit_usd[0] for share in shares]
    best = int(np.argmax(profits))
    factor = np.full(len(scenario.hours), shares[best])
    return Deviation(owner.name, profits[best] - profits[0], factor)


def deviation_table(found: Sequence[Deviation]) -> pd.DataFrame:
    """One row for each party and period."""
    return pd.DataFrame(
        [
            {"party": one.party, "gain_usd": one.gain_usd, "period": period, "factor": factor}
            for one in found
            for period, factor in enumerate(one.factor.tolist(), start=1)
        ],
        columns=["party", "gain_usd", "period", "factor"],
    )


def write_deviations(found: Sequence[Deviation], out: Path) -> None:
    """Table `deviation` as Parquet and CSV in a new folder; raises InvalidInput."""
    with new_folder(out, "deviation") as (part, _):
        write_frames(part, {"deviation": deviation_table(found)})
