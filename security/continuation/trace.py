"""Predictor and corrector along the curve of loading, with step control.

V. Ajjarapu, "Computational Techniques for Voltage Stability Assessment and Control", Springer
2006, chapters 2 and 3. The fastest unknown tells points apart, the sign of a determinant says
which way the curve goes on (Rheinboldt and Burkardt 1983), and how much it bends how far to step:
E. L. Allgower, K. Georg, "Numerical Continuation Methods", Springer 1990, chapter 6.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from security.ac.elimination import Singular
from security.ac.grid import Real
from security.continuation.conditions import LoadingAt
from security.continuation.corrector import correct, moved
from security.continuation.equations import Condition, Linearised, Point, Steps, System
from security.continuation.events import Event, first_event, is_beyond
from security.continuation.nose import Turn, refine
from security.continuation.parameter import fastest_unknown, way, weighted
from security.continuation.tap_moves import TapMove, begun

FIRST_STEP = 0.05  # of lambda, or a fifth of it in p.u. of voltage
LEAST_STEP = 1e-6
GREATEST_STEP = 0.2
WANTED_ROUNDS = 4
WANTED_BEND = 0.15
GREATEST_BEND = 0.4
NEXT_TO = 1e-4  # nearer points do not tell the direction between them
MAX_POINTS = 2000
GREATEST_LOADING = 30.0  # loads that follow voltage steeply may have no end


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
        while not self._is_done(curve):
            step = self._advance(curve, step)
            if why := self._given_up(curve, step):
                curve.why = why if curve.limit is None else ""
                break
        return curve

    def _is_done(self, curve: Curve) -> bool:
        if curve.limit is None:
            return False
        return _last(curve) <= (1.0 - self.past) * curve.points[curve.top].point.lam or (
            self.past == 0.0
        )

    def _given_up(self, curve: Curve, step: float) -> str:
        """Why the curve is not followed further; empty where it is."""
        if step < LEAST_STEP:
            return f"no point of the curve was found beyond {_last(curve):.6f}"
        if _last(curve) > self.most:
            return f"loading grows beyond {self.most:g} times the base without an end"
        if len(curve.points) >= MAX_POINTS:
            return f"{MAX_POINTS} points of the curve lead no farther than {_last(curve):.6f}"
        return ""

    def _advance(self, curve: Curve, step: float) -> float:
        """One more point, or none; and the next step."""
        try:
            return self._stepped(curve, step)
        except Singular:
            return step / 2

    def _stepped(self, curve: Curve, step: float) -> float:
        before, along = curve.points[-1], curve.tangents[-1]
        guess = moved(before, along, step)
        condition = fastest_unknown(before, along).at(guess)
        found, rounds = correct(before.system, guess, condition)
        curve.spend(rounds)
        if found is None:
            return step / 2
        if is_beyond(found):
            return self._to_event(curve, found, step)
        onwards = _onwards(found, condition, along)
        bend = _bend(before, along, found, onwards)
        if bend > GREATEST_BEND or not self._passed(curve, found, onwards):
            return step / 2
        wanted = min(WANTED_ROUNDS / rounds, WANTED_BEND / max(bend, WANTED_BEND / 2))
        return min(step * max(wanted, 0.5), GREATEST_STEP)

    def _to_event(self, curve: Curve, beyond: Linearised, step: float) -> float:
        """Stop at the first limit on the way to a point beyond it."""
        before, along = curve.points[-1], curve.tangents[-1]
        found, reached, rounds = first_event(before, beyond)
        curve.spend(rounds)
        if found is None:
            return step / 2
        onwards = _onwards(found, reached[0].condition, along)
        if _bend(before, along, found, onwards) > GREATEST_BEND:
            return step / 2
        if not self._passed(curve, found, onwards):
            return step / 2
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

    def _passed(self, curve: Curve, found: Linearised, onwards: Steps) -> bool:
        """Add a point; where the loading has turned on the way, the nose before it, if found."""
        if onwards.lam < 0 and curve.limit is None:
            before, along = curve.points[-1], curve.tangents[-1]
            nose = refine(Turn(before, along, found, onwards))
            if nose is None or _bend(before, along, nose.point, nose.tangent) > GREATEST_BEND:
                return False
            curve.spend(nose.rounds)
            self._add(curve, nose.point, nose.tangent)
            curve.limit, curve.top = Limit.FOLD, len(curve.points) - 1
        self._add(curve, found, onwards)
        return True

    def _add(self, curve: Curve, at: Linearised, tangent: Steps) -> None:
        """Add a point; behind the nose taps stay where they are."""
        if curve.limit is not None and at.system.taps:
            at = Linearised(replace(at.system, taps={}), at.point)
        curve.points.append(at)
        curve.tangents.append(tangent.times(1.0 / _length(weighted(at, tangent))))


def _last(curve: Curve) -> float:
    return curve.points[-1].point.lam


def _onwards(found: Linearised, condition: Condition, along: Steps) -> Steps:
    """The direction of the curve at a point, oriented as it was before."""
    tangent = found.tangent(condition)
    return tangent.times(tangent.orientation * along.orientation)


def _bend(before: Linearised, along: Steps, found: Linearised, onwards: Steps) -> float:
    """How much directions at two points differ from the way between: all of greatest change 1.

    Half of what the curve turns where it is smooth, and far more where the second point lies on
    another curve, or on the same one behind a fold.
    """
    first, last = weighted(before, along), weighted(found, onwards)
    first, last = first / _length(first), last / _length(last)
    between = way(found, before.point)
    far = _length(between)
    middle = between / far if far > NEXT_TO else (first + last) / 2
    return max(_length(first - middle), _length(last - middle))


def _length(change: Real) -> float:
    return float(np.abs(change).max())
