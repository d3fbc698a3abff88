"""Mixing of the last steps of an iteration, so that what they would leave is least.

D. G. Anderson, "Iterative Procedures for Nonlinear Integral Equations", J. ACM 12(4), 1965. Weights
are kept from 0 to 1: what is mixed can then be had, and is worth no less than the mixed worths.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import nnls

from market.coordination.protocol import Numbers

SUM = 1e3  # weight of the condition that weights add up to 1, beside residuals of size 1


def weights(residuals: Sequence[Numbers]) -> Numbers:
    """Weights from 0 to 1, adding up to 1, whose mixture of residuals is least."""
    held = np.array([one.ravel() for one in residuals]).T
    scale = float(np.abs(held).max(initial=0.0)) or 1.0
    whole = np.vstack([held / scale, np.full(len(residuals), SUM)])
    found, _ = nnls(whole, np.append(np.zeros(len(held)), SUM))
    share: Numbers = found / found.sum()
    return share
