"""How severe a state is, as one number, and the order of outages by it.

G. C. Ejebe, B. F. Wollenberg, "Automatic contingency selection", IEEE Trans. Power Appar. Syst.
98(1), 1979. With exponent n = 1 many light loadings can outweigh one overload (masking); n = 3
rarely does.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def performance_index_mw(
    p_mw: Array,
    limits_mw: Array,
    exponent: int = 1,
    weights: Array | float = 1.0,
    *,
    only_violations: bool = False,
) -> Array:
    """Sum over branches of w (p / limit)^2n, without the factor 1/2n of the original paper.

    `p_mw` has shape (branches,) or (branches, outages), the result () or (outages,); limits may
    have either. Branches
    without limit (infinite) count 0. Unknown flows (nan) give nan. `only_violations` leaves out
    what stands within its limit.
    """
    return _index(
        p_mw / _along(limits_mw, p_mw), exponent, weights, only_violations=only_violations
    )


def performance_index_v(
    v_pu: Array,
    v_min_pu: Array,
    v_max_pu: Array,
    exponent: int = 1,
    weights: Array | float = 1.0,
    *,
    only_violations: bool = False,
) -> Array:
    """Sum over buses of w ((v - middle of the band) / half the band)^2n, without 1/2n.

    `v_pu` has shape (buses,) or (buses, outages), the result () or (outages,). Unknown voltages
    (nan) give nan. `only_violations` leaves out what stands within its band.
    """
    middle = _along((v_min_pu + v_max_pu) / 2, v_pu)
    half = _along((v_max_pu - v_min_pu) / 2, v_pu)
    return _index((v_pu - middle) / half, exponent, weights, only_violations=only_violations)


def index_bounds_mw(
    p_mw: Array,
    error_mw: Array,
    limits_mw: Array,
    exponent: int = 1,
    weights: Array | float = 1.0,
) -> tuple[Array, Array]:
    """Least and greatest index of flows that are known up to +-`error_mw`; shapes as above."""
    least = np.maximum(np.abs(p_mw) - error_mw, 0.0)
    greatest = np.abs(p_mw) + error_mw
    return (
        performance_index_mw(least, limits_mw, exponent, weights),
        performance_index_mw(greatest, limits_mw, exponent, weights),
    )


def ranking(index: Array, *ties: Array) -> NDArray[np.int_]:
    """Positions of outages, the most severe first; unknown ones (nan) before all others.

    Outages that are alike by the index are ranked by `ties`, one after the other.
    """
    keys = [np.where(np.isnan(key), -np.inf, -key) for key in (index, *ties)]
    return np.lexsort(keys[::-1])


def combined_ranking(*indices: Array) -> NDArray[np.int_]:
    """Positions of outages by the sum of their ranks in several indices, the least sum first."""
    ranks = sum(np.argsort(ranking(index)) for index in indices)
    unknown = np.isnan(indices).any(axis=0)
    return ranking(np.where(unknown, np.nan, -np.asarray(ranks, dtype=float)))


def contenders(low: Array, high: Array, top: int) -> NDArray[np.bool_]:
    """Which outages may be among the `top` ones, when each index is known between two bounds.

    An outage is dropped only if `top` others are certainly more severe. Unknown ones (nan) stay,
    and take nobody's place.
    """
    certain = np.sort(low[~np.isnan(low)])[::-1]
    threshold = certain[top - 1] if top <= len(certain) else -np.inf
    return np.isnan(high) | (high >= threshold)


def _index(
    loading: Array, exponent: int, weights: Array | float, *, only_violations: bool
) -> Array:
    counted = np.where(np.abs(loading) <= 1, 0.0, loading) if only_violations else loading
    total: Array = np.sum(_along(weights, loading) * counted ** (2 * exponent), axis=0)
    return total


def _along(values: Array | float, like: Array) -> Array:
    """One value per row of `like`, in a shape that goes with it; or values of its own shape."""
    array = np.asarray(values, dtype=float)
    return array if array.ndim in (0, like.ndim) else array.reshape(-1, *[1] * (like.ndim - 1))
