"""Clear, settle and compare in memory, with designs and pricing rules by name or as values."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from market.designs import Design
from market.operators.operators import Operators
from market.pricing import pricing as rules
from scenarios.clearing import Clearing
from scenarios.findings import InvalidInput
from scenarios.pricing import PricingRule
from scenarios.scenario import Scenario
from settlement import Settlement
from settlement import settle as settled_by
from studies.runs.summary import scarcity_mwh
from studies.study.design_tables import design_findings, designs_from


def clear(market: Scenario | Operators, design: str | Design, **options: Any) -> Clearing:
    """The day cleared by a design, a value or a name with its options.

    Options are those of a study's `[[design]]` table, `method` and its options among them. Given
    a scenario, models are built for this clearing alone; `Operators` keep theirs, see
    `Operators.for_scenario`. Raises InvalidInput with all that is wrong, and SolveFailed.

    >>> clear(day, "cmo", method="exchange", damping=0.5)  # doctest: +SKIP
    """
    operators = market if isinstance(market, Operators) else Operators(market)
    if not isinstance(design, str):
        return design.clear(operators)
    table = {"kind": design, **options}
    if findings := list(design_findings([table])):
        raise InvalidInput(f"design {design!r}", findings)
    ((name, chosen),) = designs_from(table).items()
    return chosen.clear(operators, name)


def settle(
    scenario: Scenario, clearing: Clearing, pricing: str | PricingRule = "lmp"
) -> Settlement:
    """Who pays whom and what each party gains, at the prices of a rule; raises InvalidInput."""
    rule = rules.named(pricing)() if isinstance(pricing, str) else pricing
    return settled_by(scenario, clearing.tables, rule)


def compare(
    scenario: Scenario, clearings: Sequence[Clearing], pricing: str | PricingRule = "lmp"
) -> pd.DataFrame:
    """One row per clearing of the scenario: welfare ($), what it loses, gap, energy not served.

    `surplus_usd:AREA` is what consumers, distributed resources and the operator of an area gain
    together.
    """
    rows = [_row(scenario, c, settle(scenario, c, pricing)) for c in clearings]
    table = pd.DataFrame(rows, index=pd.Index([c.design for c in clearings], name="design"))
    table.insert(1, "loss_usd", table["welfare_usd"].max() - table["welfare_usd"])
    return table


def _row(scenario: Scenario, clearing: Clearing, settled: Settlement) -> dict[str, Any]:
    unserved, spilled = scarcity_mwh(clearing.tables["dispatch"], scenario.hours)
    certificate = clearing.certificate
    return {
        "welfare_usd": clearing.welfare_usd,
        "gap_relative": certificate.gap_relative if certificate else None,
        "rounds": clearing.rounds,
        "unserved_mwh": unserved,
        "spilled_mwh": spilled,
        "outcome": clearing.status.value,
        **{f"surplus_usd:{area}": usd for area, usd in settled.area_surplus_of_day().items()},
    }
