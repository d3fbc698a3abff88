"""What a sweep varies: a study with its scenario, and the knobs that set one value of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from market.designs import Design
from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import Scenario
from studies.study.study import Study

Scalar = bool | int | float | str
KINDS: dict[type, str] = {
    float: "a finite number",
    int: "a whole number",
    bool: "true or false",
    str: "a text",
}


@dataclass(frozen=True)
class Case:
    """A study and the scenario that it clears."""

    study: Study
    scenario: Scenario

    @cached_property
    def market(self) -> Scenario:
        """What the designs clear."""
        return self.study.market(self.scenario)

    def with_tables(self, **tables: Iterable[Any]) -> "Case":
        """The case with other tables of its scenario."""
        return replace(self, scenario=self.scenario.with_tables(tables))

    def with_designs(self, designs: Mapping[str, Design]) -> "Case":
        """The case with other designs under the same names."""
        return replace(self, study=replace(self.study, designs={**self.study.designs, **designs}))


@dataclass(frozen=True)
class Knob:
    """Something that one value sets: its type and unit, and the case that comes of a value.

    `turn` raises `InvalidInput` where the value cannot be set; `scale` sets what is there times a
    factor, and is None where that has no meaning.
    """

    kind: type
    unit: str
    turn: Callable[[Case, Any], Case]
    scale: Callable[[Case, float], Case] | None = None


def misfit(place: str, finding: str, cure: str) -> InvalidInput:
    """The exception that says one thing is wrong with a name or a value."""
    return InvalidInput("sweep", [Finding(place, finding, cure)])
