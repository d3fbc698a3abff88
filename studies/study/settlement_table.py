"""`[settlement]` of a study: the pricing rule by its name, and the options of that rule."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from market.designs import Design
from market.pricing import pricing
from market.pricing.lmp import Nodal
from scenarios.findings import Finding
from scenarios.pricing import PricingRule
from studies.study.table_keys import table_findings, unknown_name

PRICING, DEFAULT = "pricing", "lmp"
PLACE = "[settlement]"


@dataclass(frozen=True)
class SettlementTable:
    """`[settlement]`: how all positions of the cleared day are priced.

    Where a study does not name a rule, a design that has one of its own is settled `by_design`.
    """

    pricing: PricingRule = field(default_factory=Nodal)
    by_design: bool = True

    def rule_of(self, design: Design) -> PricingRule:
        """The rule that settles a design."""
        return (design.about.settles_by(design) if self.by_design else None) or self.pricing

    def words(self, designs: Mapping[str, Design]) -> str:
        """By what payments are settled, and those of which designs by other rules."""
        own = {name: self.rule_of(design).words for name, design in designs.items()}
        named: dict[str, list[str]] = {}
        for name, words in own.items():
            if words != self.pricing.words:
                named.setdefault(words, []).append(name)
        beside = [f"those of {', '.join(names)} by {words}" for words, names in named.items()]
        return "; ".join([self.pricing.words, *beside])


def settlement_findings(read: Mapping[str, Any]) -> Iterator[Finding]:
    """All that is wrong with the table, options of the pricing rule included."""
    name, options = _split(read)
    at = f"{PLACE}, key {PRICING!r}"
    if not isinstance(name, str):
        yield Finding(at, f"the value is {name!r}", "write a text")
    elif name not in pricing:
        yield unknown_name(at, pricing.kind, name, pricing)
    else:
        yield from table_findings(options, pricing[name], place=PLACE)


def settlement_from(read: Mapping[str, Any]) -> SettlementTable:
    """The table as a value; what it does not set has its default."""
    name, options = _split(read)
    return SettlementTable(pricing[name](**options), by_design=PRICING not in read)


def settlement_keys(table: SettlementTable) -> dict[str, Any]:
    """The table as it is written: name, where it was named, and options of the pricing rule."""
    rule: Any = table.pricing
    options = {k: v for k, v in dataclasses.asdict(rule).items() if v is not None}
    return options if table.by_design else {PRICING: pricing.name_of(rule)} | options


def _split(read: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    return read.get(PRICING, DEFAULT), {k: v for k, v in read.items() if k != PRICING}
