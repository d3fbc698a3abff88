"""How well operators measure, and how well they hear each other."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.findings import Finding, InvalidInput

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Conditions:
    """Greatest relative error of a measurement, cycles a message takes, share that is lost.

    The same `seed` gives the same errors and losses.
    """

    noise: float = 0.0
    delay: int = 0
    loss: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        wrong = [
            Finding(f"real time, {name}", finding, cure)
            for name, fits, finding, cure in (
                ("noise", 0 <= self.noise < 1, f"it is {self.noise}", "use 0 up to less than 1"),
                ("delay", self.delay >= 0, f"it is {self.delay}", "use 0 cycles or more"),
                ("loss", 0 <= self.loss < 1, f"it is {self.loss}", "use 0 up to less than 1"),
            )
            if not fits
        ]
        if wrong:
            raise InvalidInput("the conditions of real time", wrong)


class Link:
    """Messages of all boundaries in one direction, a row each; `held` is what arrived last."""

    def __init__(self, first: Values, conditions: Conditions, draws: np.random.Generator) -> None:
        self.held = first
        self._conditions = conditions
        self._draws = draws
        self._under_way: deque[tuple[Values, NDArray[np.bool_]]] = deque()

    def carry(self, message: Values) -> Values:
        """Send in this cycle; gives what the receivers hold in it."""
        kept = self._draws.random(len(message)) >= self._conditions.loss
        self._under_way.append((message, kept))
        if len(self._under_way) > self._conditions.delay:
            arrived, kept = self._under_way.popleft()
            self.held = np.where(kept[:, np.newaxis], arrived, self.held)
        return self.held


class Meter:
    """Measurements with an error that is evenly spread up to the greatest one."""

    def __init__(self, noise: float, draws: np.random.Generator) -> None:
        self._noise = noise
        self._draws = draws

    def read(self, true: Values) -> Values:
        """The values as measured."""
        measured: Values = true * (1 + self._noise * self._draws.uniform(-1, 1, true.shape))
        return measured
