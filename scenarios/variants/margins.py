"""Room that a market leaves below limits, for what its model of the networks does not see."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scenarios.findings import Finding
from scenarios.option_fields import option
from scenarios.records import Branch, Bus
from scenarios.scenario import Scenario

SHARE = "write a share from 0 to less than 1, such as 0.1"
NONE = "none"


@dataclass(frozen=True)
class Margins:
    """Shares of ratings that a market leaves free, and what it keeps off feeders' voltage limits.

    Losses, reactive power and voltages that a market does not see take them: an AC check holds the
    cleared day against the full limits.
    """

    transmission_rating: float = option(0.0, lambda v: 0 <= v < 1, SHARE)
    distribution_rating: float = option(0.0, lambda v: 0 <= v < 1, SHARE)
    voltage_pu: float = option(0.0, lambda v: v >= 0, "write at least 0 p.u., such as 0.01")

    @property
    def words(self) -> str:
        """What is left free, in words."""
        parts = (
            f"{100 * self.transmission_rating:.4g} % of transmission's ratings",
            f"{100 * self.distribution_rating:.4g} % of feeders' ratings",
            f"{self.voltage_pu:.4g} p.u. of feeders' voltage bands at both ends",
        )
        sizes = (self.transmission_rating, self.distribution_rating, self.voltage_pu)
        return ", ".join(p for p, size in zip(parts, sizes, strict=True) if size) or NONE


def with_margins(scenario: Scenario, margins: Margins) -> Scenario:
    """The scenario as a market that leaves the margins sees it; the same one without any."""
    if margins == Margins():
        return scenario
    share = dict.fromkeys(scenario.distribution, margins.distribution_rating)
    share[scenario.transmission] = margins.transmission_rating
    lower, v = set(scenario.distribution), margins.voltage_pu
    return replace(
        scenario,
        branches=tuple(_derated(k, 1 - share[k.area]) for k in scenario.branches),
        buses=tuple(_narrowed(b, v) if b.area in lower else b for b in scenario.buses),
    )


def margin_findings(scenario: Scenario, margins: Margins) -> Iterator[Finding]:
    """Buses of feeders whose voltage band the margin takes all of."""
    lower = set(scenario.distribution) if margins.voltage_pu else set()
    for b in scenario.buses:
        left = _narrowed(b, margins.voltage_pu)
        if b.area in lower and left.v_min_pu >= left.v_max_pu:
            found = f"it leaves nothing of the band from {b.v_min_pu:g} to {b.v_max_pu:g} p.u."
            place = f"[margin], key 'voltage_pu', {b.area} bus {b.bus}"
            yield Finding(place, found, "write less than half of the narrowest band")


def _derated(branch: Branch, kept: float) -> Branch:
    """The branch with a part of both ratings."""
    every_day, after_outage = (
        None if mva is None else kept * mva for mva in (branch.rating_mva, branch.emergency_mva)
    )
    return replace(branch, rating_mva=every_day, emergency_mva=after_outage)


def _narrowed(bus: Bus, margin: float) -> Bus:
    return replace(bus, v_min_pu=bus.v_min_pu + margin, v_max_pu=bus.v_max_pu - margin)
