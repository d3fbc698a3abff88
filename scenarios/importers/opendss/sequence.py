"""The positive sequence of elements: what of a feeder of three phases is balanced.

C. L. Fortescue, "Method of symmetrical co-ordinates", Trans. AIEE 37(2), 1918. With phases that are
missing left out, an element of one phase stands for what it carries as a third of a balanced one:
its power and its losses are kept, and its voltage is that of its phase.
"""

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.importers.opendss.engine import Complex, Element

NO_COUPLING = 1e-9  # over the larger admittance of both ends
DIGITS = 12  # of a tap that is 1 but for rounding


def positive_sequence(element: Element) -> Complex:
    """Admittances (S) between the terminals, of shape (terminals, terminals)."""
    own = _turned(element, -120.0)
    return _between(own.conj(), element.y, own)


def imbalance(element: Element) -> float:
    """Negative sequence that a positive one causes, over the latter's greatest admittance."""
    own, other = _turned(element, -120.0), _turned(element, 120.0)
    greatest = np.abs(_between(own.conj(), element.y, own)).max()
    return float(np.abs(_between(other.conj(), element.y, own)).max() / greatest)


def _turned(element: Element, step_deg: float) -> Complex:
    """Voltages of all conductors of every terminal, of shape (conductors, terminals)."""
    each = [
        [cmath.rect(1.0, math.radians(step_deg * (n - 1))) if 1 <= n <= 3 else 0.0 for n in nodes]
        for nodes in element.nodes
    ]
    size = len(element.nodes[0])
    found = np.zeros((len(each) * size, len(each)), dtype=complex)
    for terminal, voltages in enumerate(each):
        found[terminal * size : (terminal + 1) * size, terminal] = voltages
    return found


def _between(left: Complex, y: Complex, right: Complex) -> Complex:
    found: Complex = left.T @ y @ right / 3
    return found


@dataclass(frozen=True)
class Pi:
    """Series impedance and shunts of both ends (p.u.); the tap (a ratio and its angle) is first."""

    z: complex
    y_from: complex
    y_to: complex
    tap: complex


def two_port(y: Complex, *, turns: bool) -> Pi | None:
    """The pi model of admittances (p.u.) of shape (2, 2), exactly; None where nothing connects.

    A tap is taken to share the shunts evenly. Only what `turns` shifts phases, by the angle at
    which the series reactance is positive.
    """
    if abs(y[1, 0]) <= NO_COUPLING * max(abs(y[0, 0]), abs(y[1, 1])):
        return None
    tap: complex = round(math.sqrt(abs(y[1, 1]) / abs(y[0, 0])), DIGITS) if turns else 1.0
    if turns:
        tap *= cmath.exp(0.5j * cmath.phase(y[0, 1] / y[1, 0]))
        if (y[1, 0] * tap).imag < 0:
            tap = -tap
    series = -y[1, 0] * tap
    return Pi(1 / series, y[0, 0] * abs(tap) ** 2 - series, y[1, 1] - series, tap)


def _turned_as(y: Complex, terminal: int, ratio: float) -> complex:
    """The tap of a terminal at which the reactance to the first one is positive."""
    if terminal == 0:
        return ratio
    tap = ratio * cmath.exp(0.5j * cmath.phase(y[terminal, 0] / y[0, terminal]))
    return tap if (y[terminal, 0] * tap.conjugate()).imag > 0 else -tap


def star(y: Complex, ratios: Sequence[float]) -> list[Pi]:
    """Three pi models from the terminals to an inner point, of admittances of shape (3, 3).

    `ratios` are the terminals' taps (p.u.). The inner point has the angle of the first terminal.
    """
    taps = [_turned_as(y, n, ratio) for n, ratio in enumerate(ratios)]
    level = np.array(taps).conj()[:, None] * y * np.array(taps)
    one, two, three = -level[1, 2], -level[0, 2], -level[0, 1]  # across from each terminal
    total = one * two + one * three + two * three
    return [
        Pi(across / total, level[n].sum(), 0.0, taps[n])
        for n, across in enumerate((one, two, three))
    ]
