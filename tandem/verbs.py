"""Clear, settle and compare in memory, with designs and pricing rules by name or as values."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from market.designs import Design
from market.designs import designs as registered
from market.operators.operators import Operators
from market.pricing import pricing as rules_by_name
from scenarios.clearing import Clearing
from scenarios.findings import InvalidInput
from scenarios.pricing import PricingRule
from scenarios.scenario import Scenario
from settlement import Settlement
from settlement import settle as settled_by
from studies.analyses.equilibrium import Owner, Rules, equilibria
from studies.runs.summary import scarcity_mwh
from studies.study.design_tables import design_findings, designs_from, kind_of
from studies.study.settlement_table import SettlementTable


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
    return settled_by(scenario, clearing.tables, _rule(pricing))


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


def equilibrium(
    scenario: Scenario,
    owners: Sequence[Owner],
    *designs: str | Design,
    pricing: str | PricingRule | None = None,
    rules: Rules | None = None,
) -> pd.DataFrame:
    """Where owners end who choose what they say, one row per design; `cmo` if none is named.

    Without a pricing rule each design is settled by its own, or at locational marginal prices.
    Raises InvalidInput, and SolveFailed.

    >>> b1 = Owner("b1", Markup({("T", "b1")}), choices=(10.0, 20.0))  # doctest: +SKIP
    >>> equilibrium(day, [b1], "zonal", "cmo").loc["cmo", "lerner"]  # doctest: +SKIP
    """
    asked = designs or ("cmo",)
    found = {d if isinstance(d, str) else kind_of(d): _design(d) for d in asked}
    own = SettlementTable()
    by = {n: own.rule_of(d) if pricing is None else _rule(pricing) for n, d in found.items()}
    played = equilibria(scenario, Operators(scenario), found, by, owners, rules)
    return pd.DataFrame(played.equilibria).set_index("design")


def _design(design: str | Design) -> Design:
    return registered.named(design)() if isinstance(design, str) else design


def _rule(pricing: str | PricingRule) -> PricingRule:
    return rules_by_name.named(pricing)() if isinstance(pricing, str) else pricing


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
