"""For which physics of networks laws are stated here."""

from collections.abc import Iterator

from scenarios.findings import Finding, InvalidInput
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.traits import Physics, Traits


def refuse_lawless(physics: Physics) -> None:
    """Raises InvalidInput where traits of a formulation have no law: nothing goes unchecked."""
    sides = {TRANSMISSION: physics.transmission, DISTRIBUTION: physics.distribution}
    findings = [
        Finding(f"formulation of {side}", f"no law is stated for {what}", "add it to `validation`")
        for side, traits in sides.items()
        for what in _lawless(side, traits)
    ]
    if findings:
        raise InvalidInput("validation", findings)


def _lawless(side: str, traits: Traits) -> Iterator[str]:
    if traits.limits != "branches":
        yield f"limits of {traits.limits}"
    if traits.reactive and (side == TRANSMISSION or not traits.radial):
        yield "reactive power and voltages on meshed networks"
    if traits.reactive and traits.angles:
        yield "reactive power that angles drive"
    if traits.lossy and not (traits.reactive or traits.angles):
        yield "losses of flows that nothing drives"
