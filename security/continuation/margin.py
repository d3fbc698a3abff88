"""The voltage-stability margin of a scenario: how far its loads can grow, and what ends it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from scenarios.findings import Finding, InvalidInput
from scenarios.names import joined
from scenarios.scenario import Scenario
from security.continuation.direction import Direction
from security.continuation.equations import Linearised
from security.continuation.loaded import Loaded, Prepared, coordinated, lumped, merged
from security.continuation.nose import is_confirmed, singular_value_ratio
from security.continuation.parameter import fastest_magnitude
from security.continuation.plain import PlainCurve, plain_curve
from security.continuation.recheck import worst_mismatch
from security.continuation.tap_changer import Regulated, TapChanger
from security.continuation.trace import Curve, Limit, Tracer
from security.coordinated.boundary_iteration import Operators

Method = Literal["response", "plain", "merged", "tcpf", "tcpf-lm"]
SOLVED, UNSOLVED = "solved", "unsolved"


@dataclass(frozen=True)
class Margin:
    """A curve of loading and its end; `why` says what is wrong with it, where something is."""

    prepared: Prepared
    curve: Curve
    why: str = ""

    @property
    def status(self) -> str:
        """Either solved or unsolved."""
        return UNSOLVED if self.why else SOLVED

    @property
    def top(self) -> Linearised:
        """The point of greatest loading."""
        return self.curve.points[self.curve.top]

    @property
    def lambda_max(self) -> float:
        """The greatest loading."""
        return self.top.point.lam

    @property
    def limit(self) -> Limit | None:
        """A fold, or a reactive limit."""
        return self.curve.limit

    @cached_property
    def critical(self) -> tuple[str, int]:
        """Area (its key in the system) and bus whose voltage falls fastest at the end."""
        fastest = fastest_magnitude(self.top, self.curve.tangents[self.curve.top])
        return fastest.area, fastest.bus

    @property
    def critical_place(self) -> tuple[str, str]:
        """Area and bus, by name, whose voltage falls fastest at the end."""
        area, bus = self.critical
        return self.prepared.names[area][bus]

    @property
    def critical_bus(self) -> str:
        """The bus whose voltage falls fastest at the end, as area/bus."""
        return joined(*self.critical_place)

    @property
    def v_at_nose_pu(self) -> float:
        """Voltage of the critical bus at the greatest loading."""
        area, bus = self.critical
        return float(abs(self.top.point.areas[area].v[bus]))

    @property
    def margin_mw(self) -> float:
        """Load served at the greatest loading less load served at lambda = 0."""
        return _served(self.top) - _served(self.curve.points[0])

    @cached_property
    def singular_value_ratio(self) -> float:
        """Smallest singular value at the end over that at lambda = 0; about zero at a fold."""
        return singular_value_ratio(self.top, self.curve.points[0])


def margin(
    scenario: Scenario,
    period: int | None = None,
    method: Method = "response",
    *,
    q_limits: bool = True,
    direction: Direction | None = None,
    past: float = 0.0,
) -> Margin | PlainCurve:
    """Margin of the base case, with the profiles of `period` or without any.

    Raises InvalidInput where an area is fed at more than one boundary or the direction names
    what is not there.
    """
    loaded = Loaded.base(Operators(scenario), direction, period)
    return margin_of(loaded, method, q_limits=q_limits, past=past)


def margin_of(
    loaded: Loaded, method: Method = "response", *, q_limits: bool = True, past: float = 0.0
) -> Margin | PlainCurve:
    """Margin of loadings that are given; `past` is the part of the curve behind the nose."""
    if method == "plain":
        return plain_curve(loaded, q_limits=q_limits)
    return _traced(_prepared(loaded, method, q_limits=q_limits), past)


def margin_with_taps(
    scenario: Scenario,
    taps: Mapping[str, TapChanger],
    *,
    period: int | None = None,
    q_limits: bool = True,
    direction: Direction | None = None,
    past: float = 0.0,
) -> Margin:
    """Coordinated margin of the base case with tap changers, by distribution area.

    Raises InvalidInput where an area or its branch is unknown.
    """
    loaded = Loaded.base(Operators(scenario), direction, period)
    prepared = coordinated(loaded, q_limits=q_limits)
    feeders = loaded.operators.feeders
    boundary = {f.view.name: b for b, f in reversed(feeders.items())}
    holding = {(f.view.name, k): b for b, f in feeders.items() for k in f.view.network.branches}
    boundary |= {a: b for a in taps if (b := holding.get((a, taps[a].branch))) is not None}
    if unknown := [area for area in taps if area not in boundary]:
        cure = f"name one of {sorted(boundary)}"
        findings = [Finding(f"area {area!r}", "no distribution area", cure) for area in unknown]
        raise InvalidInput("tap changers", findings)
    changers = {
        boundary[area]: Regulated.of(feeders[boundary[area]].view, taps[area]) for area in taps
    }
    return _traced(replace(prepared, system=replace(prepared.system, taps=changers)), past)


def _traced(prepared: Prepared, past: float) -> Margin:
    if prepared.base is None:
        return Margin(prepared, Curve(), prepared.why)
    curve = Tracer(past=past).trace(prepared.system, prepared.base)
    return Margin(prepared, curve, _lost(prepared, curve) or _doubt(curve))


def _prepared(loaded: Loaded, method: Method, *, q_limits: bool) -> Prepared:
    if method == "response":
        return coordinated(loaded, q_limits=q_limits)
    if method == "merged":
        return merged(loaded, q_limits=q_limits)
    return lumped(loaded, with_exponents=method == "tcpf-lm", q_limits=q_limits)


def _lost(prepared: Prepared, curve: Curve) -> str:
    """Why the curve has no end, with the weakest bus of its last point; empty where it has one."""
    if not curve.why or not curve.points:
        return curve.why
    areas = curve.points[-1].point.areas.items()
    lowest, area, bus = min((np.abs(at.v).min(), name, np.abs(at.v).argmin()) for name, at in areas)
    return f"{curve.why}; {'/'.join(prepared.names[area][bus])} is at {lowest:.3f} p.u. there"


def _doubt(curve: Curve) -> str:
    """What speaks against the curve when it is checked after the fact; empty where nothing does."""
    worst, is_too_much = max(worst_mismatch(point) for point in curve.points)
    if is_too_much:
        return f"a point of the curve is no load flow: mismatch {worst:.1e} p.u."
    if curve.limit is Limit.FOLD and not curve.by_tap and not is_confirmed(curve.points[curve.top]):
        return "a solution exists just above the nose"
    return ""


def _served(at: Linearised) -> float:
    """Load of all areas (MW)."""
    total = 0.0
    for name, local in at.point.areas.items():
        loading = at.system.equations(name).loading
        v = np.abs(local.v)
        base = sum(part.at(v).real.sum() for part in loading.base.consumption)
        total += float(base + at.point.lam * loading.growth.at(v).real.sum())
    return total
