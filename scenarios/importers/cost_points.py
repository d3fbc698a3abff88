"""Blocks of an offer from points of a cost curve, as instances of unit commitment give them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scenarios.findings import Finding
from scenarios.importers.json_rows import Values
from scenarios.records import Commitment, Generator, Offer, Startup

ROUNDING = 1e-6  # of a price or a power: what points of a curve leave
Plant = tuple[Generator, list[Offer], Commitment, list[Startup]]


@dataclass(frozen=True)
class Unit:
    """Whose curve it is, and its least and greatest output (MW)."""

    area: str
    name: str
    least: float
    most: float


def blocks(
    unit: Unit, points: Sequence[tuple[float, float]], held: Values
) -> tuple[list[Offer], float]:
    """Blocks from 0 MW, and the cost ($/h) at zero output that puts them on the points.

    What is wrong with the points (MW, $/h) becomes a finding at the place of `held`.
    """
    if not points:
        held.findings.append(Finding(held.place, "no point of cost", "give points of its cost"))
        return [], 0.0
    (first, cost), last = points[0], points[-1][0]
    prices = [(c - b) / (q - p) for (p, b), (q, c) in pairwise(points) if q > p]
    apart = max(abs(first - unit.least), abs(last - unit.most))
    if len(prices) < len(points) - 1 or apart > ROUNDING * max(1.0, unit.most):
        finding = f"points from {first!r} to {last!r} MW do not rise from least to greatest output"
        held.findings.append(Finding(held.place, finding, "mend the points of its cost"))
        return [], 0.0
    widths = [q - p for (p, _), (q, _) in pairwise(points)] or [0.0]
    prices = prices or [0.0]
    widths[0] += unit.least
    widths[-1] = unit.most - sum(widths[:-1])
    for warm, cold in pairwise(prices):
        if cold < warm - ROUNDING * max(1.0, abs(warm)):
            finding = f"its cost is not convex: {cold!r} $/MWh after {warm!r}"
            held.findings.append(Finding(held.place, finding, "give points of a convex curve"))
    rising = [max(prices[: n + 1]) for n in range(len(prices))]  # rounding of the points alone
    offers = [
        Offer(unit.area, unit.name, None, n, width, price)
        for n, (width, price) in enumerate(zip(widths, rising, strict=True), start=1)
    ]
    return offers, cost - prices[0] * unit.least
