"""T14D2, T30D2, T118Dn4: IEEE networks with 33-bus feeders, for voltage stability."""

from dataclasses import dataclass

from scenarios.scenario import Scenario
from scenarios.systems.coupled import coupled
from scenarios.variants.feeders import with_exponents

Exponents = tuple[float, float]  # of P and of Q
CONSTANT: Exponents = (0.0, 0.0)


@dataclass(frozen=True)
class Fed:
    """A transmission network with 33-bus feeders at some buses."""

    name: str
    network: str
    boundaries: tuple[str, ...]
    watched: str  # a bus of transmission that feeds none
    exponents: Exponents = CONSTANT

    def build(self) -> Scenario:
        """The scenario."""
        fed = dict.fromkeys(self.boundaries, "feeder33")
        feeders = coupled(self.network, fed, name=self.name)
        return with_exponents(feeders, *self.exponents)


def two_feeders_on_14(exponents: Exponents = CONSTANT) -> Fed:
    """IEEE 14 with feeders at buses 10 and 12."""
    return Fed("T14D2", "ieee14", ("10", "12"), "11", exponents)


def two_feeders_on_30(exponents: Exponents = CONSTANT) -> Fed:
    """IEEE 30 with feeders at buses 15 and 19."""
    return Fed("T30D2", "ieee30", ("15", "19"), "23", exponents)


def four_feeders_on_118(exponents: Exponents = CONSTANT) -> Fed:
    """IEEE 118 with feeders at buses 39, 50, 67 and 98."""
    return Fed("T118Dn4", "ieee118", ("39", "50", "67", "98"), "23", exponents)
