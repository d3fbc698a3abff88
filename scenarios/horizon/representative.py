"""A few days of a series that stand for all: k-medoids on the profiles of days.

L. Kaufman, P. J. Rousseeuw, "Finding Groups in Data", 1990, chapter 2 (BUILD), with alternation as
in H.-S. Park, C.-H. Jun, "A simple and fast algorithm for K-medoids clustering", Expert Systems
with Applications 36(2), 2009. A local optimum, and the same for the same series.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from scenarios.horizon.series import Series
from scenarios.horizon.windows import window_of

Distances = NDArray[np.float64]  # shape (days, days)


def representative_days(series: Series, days: Sequence[date], count: int) -> dict[date, float]:
    """Days that stand for all, and how many of them each stands for; weights add up to all."""
    apart = _distances(series, days)
    medoids = _built(apart, count)
    while True:
        nearest = np.argmin(apart[:, medoids], axis=1)
        nearest[medoids] = np.arange(count)  # each stands for itself, also where days are alike
        moved = [_centre(apart, np.flatnonzero(nearest == n)) for n in range(len(medoids))]
        if moved == medoids:
            return {days[m]: float(np.sum(nearest == n)) for n, m in enumerate(medoids)}
        medoids = moved


def _distances(series: Series, days: Sequence[date]) -> Distances:
    """Distance of days: root of the sum of squares, every profile in units of its deviation."""
    values = series.factors
    scale = values.std().replace(0.0, 1.0)
    longest = max(len(window_of(series, day).stamps) for day in days)
    vectors = np.array([_vector(series, day, longest, scale.to_numpy()) for day in days])
    squares = (vectors**2).sum(axis=1)
    apart = squares[:, None] + squares[None, :] - 2 * vectors @ vectors.T
    np.fill_diagonal(apart, 0.0)
    distances: Distances = np.sqrt(np.maximum(apart, 0.0))
    return distances


def _vector(
    series: Series, day: date, longest: int, scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Profiles of a day, one after the other; a shorter day is stretched to the longest."""
    values = series.factors.loc[window_of(series, day).stamps].to_numpy() / scale
    at = np.linspace(0, len(values) - 1, longest)
    rows = [np.interp(at, np.arange(len(values)), column) for column in values.T]
    return np.concatenate(rows)


def _built(apart: Distances, count: int) -> list[int]:
    """Medoids to begin with: each the one that brings days nearest to the medoids there are."""
    chosen = [int(np.argmin(apart.sum(axis=0)))]
    while len(chosen) < count:
        near = apart[:, chosen].min(axis=1)
        gain = np.maximum(near[:, None] - apart, 0.0).sum(axis=0)
        gain[chosen] = -1.0
        chosen.append(int(np.argmax(gain)))
    return chosen


def _centre(apart: Distances, members: NDArray[np.intp]) -> int:
    """The member that is nearest to all others."""
    return int(members[np.argmin(apart[np.ix_(members, members)].sum(axis=0))])
