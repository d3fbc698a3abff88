"""The operators that clear a study."""

from collections.abc import Sequence
from typing import Any

from market.carriers import here
from market.carriers.workers import Workers
from market.coordination.protocol import Ask
from market.operators.operators import Operators
from scenarios.pricing import HasOwnPrices
from scenarios.scenario import Scenario
from studies.study.study import Study


def operators_of(
    study: Study,
    scenario: Scenario,
    ask: Ask = here.ask,
    elsewhere: Sequence[Any] | None = None,
    workers: Workers | None = None,
    *,
    reported: bool = True,
) -> Operators:
    """Operators of a scenario with the study's physics, limits and rule for ties.

    Those `elsewhere` have physics of their own; `ask` is how questions travel to them. `workers`
    keep some of the others. Where plants start and stop they price by all rules, so that a report
    can hold these beside each other; without one, where payments are settled by such a rule.
    """
    return Operators(
        scenario,
        study.formulation.transmission,
        study.formulation.distribution,
        study.solver.time_limit_s,
        ask=ask,
        mip_gap=study.solver.mip_gap,
        tie=study.pricing.tie,
        reprices=bool(scenario.commitments) and (reported or settles_otherwise(study)),
        hull_limit_s=study.pricing.hull_limit_s,
        elsewhere=elsewhere,
        discloses=study.coordination.discloses,
        workers=workers,
        gate=study.coordination.gate,
    )


def settles_otherwise(study: Study) -> bool:
    """Whether some design is settled at other prices than those that its clearing publishes."""
    rules = (study.settlement.rule_of(design) for design in study.designs.values())
    return any(isinstance(rule, HasOwnPrices) for rule in rules)
