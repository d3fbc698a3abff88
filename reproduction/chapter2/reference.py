"""Computed reference values of another program: IEEE cases with plain 33-bus feeders."""

from dataclasses import dataclass

from scenarios.systems.load_flow import CONSTANT, Exponents, System

IEEE14 = ("ieee14", ("10", "12"))
IEEE30 = ("ieee30", ("15", "19"))
IEEE118 = ("ieee118", ("39", "50", "67", "98"))


@dataclass(frozen=True)
class Told:
    """One boundary: voltages (p.u.), powers (MVA) and lowest voltages (p.u.) by method."""

    network: tuple[str, tuple[str, ...]]
    bus: str
    exponents: Exponents
    v: tuple[float, float]  # CLF, ITLF
    power: tuple[complex, complex, complex]  # CLF, ITLF, IDLF
    lowest: tuple[float, float]  # CLF, IDLF

    @property
    def system(self) -> System:
        """Its system, named by the numbers of buses and of feeders."""
        network, fed = self.network
        return System(f"T{network[4:]}D{len(fed)}", network, fed, (self.exponents,))


LINEAR, SQUARE, MIXED = (1.0, 1.0), (2.0, 2.0), (1.2, 3.0)
TOLD = (
    Told(IEEE14, "10", CONSTANT, (1.05055, 1.05116),
         (9.438 + 5.864j, 9.000 + 5.572j, 9.491 + 5.899j), (0.9685, 0.9131)),
    Told(IEEE14, "12", CONSTANT, (1.05165, 1.05221),
         (6.396 + 3.974j, 6.100 + 3.777j, 6.433 + 3.998j), (0.9697, 0.9131)),
    Told(IEEE14, "10", LINEAR, (1.05056, 1.05056),
         (9.467 + 5.850j, 9.455 + 5.854j, 9.012 + 5.568j), (0.9699, 0.9194)),
    Told(IEEE14, "10", SQUARE, (1.05054, 1.04994),
         (9.511 + 5.847j, 9.921 + 6.142j, 8.618 + 5.298j), (0.9712, 0.9245)),
    Told(IEEE14, "10", MIXED, (1.05055, 1.04966),
         (9.471 + 5.850j, 9.539 + 6.444j, 8.916 + 5.056j), (0.9709, 0.9231)),
    Told(IEEE30, "15", CONSTANT, (1.03109, 1.03217),
         (8.617 + 5.355j, 8.200 + 5.077j, 8.647 + 5.375j), (0.9472, 0.9131)),
    Told(IEEE30, "19", CONSTANT, (1.01595, 1.01764),
         (10.000 + 6.215j, 9.500 + 5.882j, 10.018 + 6.227j), (0.9306, 0.9131)),
    Told(IEEE30, "19", SQUARE, (1.01782, 1.01640),
         (9.424 + 5.793j, 9.814 + 6.076j, 9.097 + 5.592j), (0.9409, 0.9245)),
    Told(IEEE118, "39", CONSTANT, (0.96696, 0.96762),
         (28.593 + 17.778j, 27.000 + 16.716j, 28.473 + 17.698j), (0.8765, 0.9131)),
    Told(IEEE118, "98", CONSTANT, (1.01366, 1.01477),
         (35.798 + 22.248j, 34.000 + 21.050j, 35.855 + 22.287j), (0.9281, 0.9131)),
    Told(IEEE118, "98", SQUARE, (1.01513, 1.01420),
         (33.549 + 20.625j, 34.973 + 21.652j, 32.556 + 20.015j), (0.9385, 0.9245)),
)  # fmt: skip

# Exponents of what one 33-bus feeder draws at 1 p.u., by those of its loads.
MEASURED: dict[Exponents, Exponents] = {
    CONSTANT: (-0.1197, -0.1287),
    LINEAR: (0.9987, 1.0006),
    SQUARE: (2.0000, 2.0000),
    MIXED: (1.2247, 2.9557),
}

# Cost ($/h) of all operators in T14D2 with dispatched units, by method. Without prices the
# reactive power of DSOs costs nobody anything, so that one of many answers is told.
COSTS = {
    "merged": 7949.7944,
    "M-COPF": 7949.7944,
    "without voltage multiplier": 7949.8011,
    "without prices": 8106.49,
}
