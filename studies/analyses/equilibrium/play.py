"""Owners take turns: each goes towards what pays best against what the others have chosen.

Best replies in turn, from the truth on: M. Ventosa, A. Baillo, A. Ramos, M. Rivier, "Electricity
market modeling trends", Energy Policy 33(7), 2005, section 3. They may end in one equilibrium of
several, and in none: where there is no equilibrium in pure choices they come back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import eq

from market.clearing.best_replies import Ended, best_replies
from market.designs import Design
from market.operators.operators import Operators
from scenarios.findings import Finding, InvalidInput
from scenarios.option_fields import option
from scenarios.pricing import PricingRule
from scenarios.scenario import Scenario
from settlement import settle
from solvers.errors import SolveFailed
from studies.analyses.equilibrium.day import SaidDay
from studies.analyses.equilibrium.found import (
    ChoiceMade,
    Choices,
    Equilibrium,
    Outcome,
    choices_made,
    equilibrium,
)
from studies.analyses.equilibrium.moves import Owner


@dataclass(frozen=True)
class Rules:
    """Who gains more than `gain_usd` goes `damping` of the way on its list of choices."""

    damping: float = option(1.0, lambda v: 0 < v <= 1, "write a step in (0, 1]")
    gain_usd: float = option(0.01, lambda v: v > 0, "write a tolerance > 0 $, such as 0.01")
    rounds: int = option(30, lambda v: v >= 1, "allow at least 1 round")


@dataclass(frozen=True)
class Market:
    """One design, cleared on what owners say; the same choices are never cleared twice."""

    scenario: Scenario
    truth: Operators
    name: str
    design: Design
    pricing: PricingRule
    owners: Sequence[Owner]
    cleared: dict[Choices, Outcome] = field(default_factory=dict)

    def at(self, choices: Choices) -> Outcome:
        """The day at the owners' choices; raises InvalidInput and SolveFailed."""
        if choices not in self.cleared:
            self.cleared[choices] = self._clear(choices)
        return self.cleared[choices]

    def _clear(self, choices: Choices) -> Outcome:
        played = list(zip((owner.move for owner in self.owners), choices, strict=True))
        said = self.scenario
        for move, choice in played:
            said = move.said(said, choice) if choice else said
        clearing = self.design.clear(self.truth.for_scenario(said), self.name)
        day = SaidDay(said, clearing, settle(said, clearing.tables, self.pricing), self.truth)
        return Outcome(
            tuple(move.profit_usd(day, choice) for move, choice in played),
            clearing.welfare_usd + sum(move.untold_usd(day, choice) for move, choice in played),
            day.bill_usd,
            day.consumed_mwh,
            day.operators_usd,
        )


@dataclass(frozen=True)
class Played:
    """Where owners end by design, what they chose on the way, and what could not be cleared."""

    equilibria: tuple[Equilibrium, ...]
    choices: tuple[ChoiceMade, ...]
    failed: Mapping[str, InvalidInput | SolveFailed]

    @property
    def findings(self) -> list[Finding]:
        """Designs under which owners do not come to rest, or that could not be cleared."""
        cure = "damp their steps, or offer other choices, by `tandem equilibrium`"
        restless = [
            Finding(f"design {one.design!r}", f"owners do not settle: {one.ended}", cure)
            for one in self.equilibria
            if one.ended != Ended.SETTLED.name.lower()
        ]
        cure = "see what owners say there, or leave the design out"
        failed = [Finding(f"design {n!r}", str(error), cure) for n, error in self.failed.items()]
        return restless + failed


def play(market: Market, rules: Rules) -> tuple[Equilibrium, list[ChoiceMade]]:
    """Where owners end, and what they chose on the way; raises InvalidInput and SolveFailed."""
    truth: Choices = (0.0,) * len(market.owners)
    found = best_replies(truth, lambda now: _round(market, now, rules), eq, rules.rounds)
    rounds = len(found.choices) - 1
    return (
        equilibrium(market.name, found, market.cleared, rounds),
        choices_made(market.name, market.owners, found, market.cleared),
    )


def _round(market: Market, before: Choices, rules: Rules) -> Choices | None:
    """Choices once every owner has had its turn; None where none of them gains."""
    now = before
    for n, owner in enumerate(market.owners):
        profit = {c: market.at(_with(now, n, c)).profit_usd[n] for c in owner.open}
        most = max(profit.values())
        if most - profit[now[n]] > rules.gain_usd:
            as_good = [c for c in owner.open if profit[c] >= most - rules.gain_usd]
            best = min(as_good, key=abs)
            now = _with(now, n, _towards(owner.open, now[n], best, rules.damping))
    market.at(now)
    return None if now == before else now


def _with(choices: Choices, n: int, choice: float) -> Choices:
    return (*choices[:n], choice, *choices[n + 1 :])


def _towards(choices: Sequence[float], now: float, best: float, damping: float) -> float:
    """So many of the steps from one choice to another, at least one."""
    start, end = choices.index(now), choices.index(best)
    steps = max(1, round(damping * abs(end - start)))
    return choices[start + (steps if end > start else -steps)]


def equilibria(
    scenario: Scenario,
    truth: Operators,
    designs: Mapping[str, Design],
    pricing: Mapping[str, PricingRule],
    owners: Sequence[Owner],
    rules: Rules | None = None,
) -> Played:
    """Where owners end under each design; raises InvalidInput or the error of the only design."""
    refuse_idle(designs, owners)
    ends, made = [], []
    failed: dict[str, InvalidInput | SolveFailed] = {}
    for name, design in designs.items():
        market = Market(scenario, truth, name, design, pricing[name], owners)
        try:
            end, choices = play(market, rules or Rules())
        except (InvalidInput, SolveFailed) as error:
            failed[name] = error
        else:
            ends.append(end)
            made += choices
    if failed and not ends:
        raise next(iter(failed.values()))
    return Played(tuple(ends), tuple(made), failed)


def refuse_idle(designs: Mapping[str, Design], owners: Sequence[Owner]) -> None:
    """Raise InvalidInput where there is nobody to play, or no design looks at a choice."""
    findings = [
        Finding(f"owner {owner.name!r}", f"no design looks at what is {owner.move.words}",
                "name a design that does, such as 'local_wholesale'")
        for owner in owners
        if not any(owner.move.matters_to(design) for design in designs.values())
    ]  # fmt: skip
    if not owners:
        findings = [Finding("owners", "nobody plays", "name an owner, or a distribution area")]
    if findings:
        raise InvalidInput("the equilibrium", findings)
