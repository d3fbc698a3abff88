"""Predictor and corrector along the curve of loading, with step control.

V. Ajjarapu, "Computational Techniques for Voltage Stability Assessment and Control", Springer
2006, chapters 2 and 3.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from security.continuation.conditions import Along, LoadingAt
from security.continuation.corrector import correct, moved
from security.continuation.equations import (
    Condition,
    Linearised,
    Point,
    Steps,
    System,
)
from security.continuation.events import Event, first_event, is_beyond
from security.continuation.fastest import VOLTAGE_WEIGHT, fastest_unknown
from security.continuation.nose import Turn, refine
from security.continuation.taps import TapMove, begun

FIRST_STEP = 0.05  # of lambda, or a fifth of it in p.u. of voltage
LEAST_STEP = 1e-6
GREATEST_STEP = 0.2
WANTED_ROUNDS = 4
STRAY = 0.5  # of a step; a corrector that goes farther has found another curve
MAX_POINTS = 2000
GREATEST_LOADING = 30.0  # loads that follow voltage steeply may have no end

Parametrisation = Literal["local", "arclength"]


class Limit(enum.StrEnum):
    """What ends the growth of load."""

    FOLD = "fold"
    Q_LIMIT = "q_limit"


@dataclass
class Curve:
    """Points of the curve in their order, and what ended it; `why` says where there is no end.

    `reached` holds the reactive limits met and taps moved on the way with their loading; `top` is
    the number of the point of greatest loading, behind which no solution is left when a tap has
    moved (`by_tap`).
    """

    points: list[Linearised] = field(default_factory=list)
    tangents: list[Steps] = field(default_factory=list)
    reached: list[tuple[float, Event]] = field(default_factory=list)
    rounds: int = 0
    limit: Limit | None = None
    top: int = 0
    by_tap: bool = False
    why: str = ""

    def spend(self, rounds: int) -> None:
        """Count rounds between the operators until the end of growth is found."""
        if self.limit is None:
            self.rounds += rounds


@dataclass(frozen=True)
class Tracer:
    """How a curve is followed.

    `past` is the share of the greatest loading to go down again behind it; a curve that reaches
    `most` has no end.
    """

    parametrisation: Parametrisation = "local"
    past: float = 0.0
    most: float = GREATEST_LOADING

    def trace(self, system: System, base: Point) -> Curve:
        """The curve from a load flow of all areas at lambda = 0."""
        curve = Curve()
        at = begun(system, base)
        if at is None:
            curve.why = "the base case: no solution with taps that keep voltages in their bands"
            return curve
        self._add(curve, at, at.tangent(LoadingAt(0.0)))
        step = FIRST_STEP
        while len(curve.points) < MAX_POINTS and not self._is_done(curve):
            step = self._advance(curve, step)
            if step < LEAST_STEP:
                if curve.limit is None:
                    curve.why = f"no point of the curve was found beyond {_last(curve):.6f}"
                break
            if _last(curve) > self.most:
                curve.why = f"loading grows beyond {self.most:g} times the base without an end"
                break
        return curve

    def _advance(self, curve: Curve, step: float) -> float:
        """One more point, or none and a smaller step."""
        before, along = curve.points[-1], curve.tangents[-1]
        condition, guess = self._predicted(before, along, step)
        found, rounds = correct(before.system, guess, condition)
        curve.spend(rounds)
        if found is None or _strayed(found.point, guess, step):
            return step / 2
        if is_beyond(found):
            return self._to_event(curve, found, step)
        self._pass(curve, found, _onwards(found, condition, along))
        return min(step * float(np.clip(WANTED_ROUNDS / rounds, 0.5, 2.0)), GREATEST_STEP)

    def _predicted(self, before: Linearised, along: Steps, step: float) -> tuple[Condition, Point]:
        fastest = fastest_unknown(before, along)
        far = step / abs(fastest.change)
        guess = moved(before, along, far)
        if self.parametrisation == "arclength":
            length = along.lam**2 + sum(float(s @ s) for s in along.areas.values())
            return Along(before.point, along, length * far), guess
        return fastest.at(guess), guess

    def _to_event(self, curve: Curve, beyond: Linearised, step: float) -> float:
        """Stop at the first limit on the way to a point beyond it."""
        before, along = curve.points[-1], curve.tangents[-1]
        found, reached, rounds = first_event(before, beyond)
        curve.spend(rounds)
        if found is None:
            return step / 2
        self._pass(curve, found, _onwards(found, reached[0].condition, along))
        if curve.limit is not None and self.past == 0.0:
            return step
        return self._behind(curve, reached, step)

    def _behind(self, curve: Curve, reached: Sequence[Event], step: float) -> float:
        """Go on behind events of one kind; a limit that turns the curve back is its end."""
        first, lam = reached[0], _last(curve)
        behind: Linearised | None = curve.points[-1]
        for event in reached:
            if behind is not None and type(event) is type(first):
                behind, rounds = event.behind(behind)
                curve.spend(rounds)
                curve.reached.append((lam, event))
        if behind is None:
            if isinstance(first, TapMove):  # no solution is left after a tap has moved
                curve.limit, curve.top, curve.by_tap = Limit.FOLD, len(curve.points) - 1, True
            return 0.0
        onwards = first.onwards(behind)
        if onwards.lam < 0 and curve.limit is None:
            curve.limit, curve.top = Limit.Q_LIMIT, len(curve.points) - 1
        self._add(curve, behind, onwards)
        return step

    def _pass(self, curve: Curve, found: Linearised, onwards: Steps) -> None:
        """Add a point; where the loading has turned on the way, the nose before it."""
        if onwards.lam < 0 and curve.limit is None:
            turn = refine(Turn(curve.points[-1], curve.tangents[-1], found, onwards))
            curve.spend(turn.rounds)
            self._add(curve, turn.point, turn.tangent)
            curve.limit, curve.top = Limit.FOLD, len(curve.points) - 1
        self._add(curve, found, onwards)

    def _add(self, curve: Curve, at: Linearised, tangent: Steps) -> None:
        """Add a point; behind the nose taps stay where they are."""
        if curve.limit is not None and at.system.taps:
            at = Linearised(replace(at.system, taps={}), at.point)
        curve.points.append(at)
        curve.tangents.append(tangent)

    def _is_done(self, curve: Curve) -> bool:
        if curve.limit is None:
            return False
        return _last(curve) <= (1.0 - self.past) * curve.points[curve.top].point.lam or (
            self.past == 0.0
        )


def _last(curve: Curve) -> float:
    return curve.points[-1].point.lam


def _onwards(found: Linearised, condition: Condition, along: Steps) -> Steps:
    """The direction of the curve, on the side where it came from."""
    tangent = found.tangent(condition)
    same = tangent.lam * along.lam + sum(
        float(step @ along.areas[name]) for name, step in tangent.areas.items()
    )
    sign = 1.0 if same >= 0 else -1.0
    return Steps(sign * tangent.lam, {n: sign * s for n, s in tangent.areas.items()})


def _strayed(found: Point, guess: Point, step: float) -> bool:
    """Whether a corrector went farther than a predictor's error can be."""
    far = max(
        float(np.abs(np.abs(local.v) - np.abs(guess.areas[name].v)).max())
        for name, local in found.areas.items()
    )
    return max(far * VOLTAGE_WEIGHT, abs(found.lam - guess.lam)) > max(STRAY * step, 1e-3)
