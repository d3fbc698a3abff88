"""Which boundaries matter to transmission flows; the others may keep fixed injections."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.findings import Finding, InvalidInput
from security.dc.boundary_factors import BoundaryFactors
from security.dc.ptdf import Array

THRESHOLD = 0.02


@dataclass(frozen=True)
class Screening:
    """Boundaries kept and dropped.

    `sensitivity` is the greatest share of any branch's rating that a boundary can move: the
    maximum over branches of |factor| change / rating. Unrated branches do not count.
    """

    factors: BoundaryFactors
    change_max_mw: Array  # shape (boundaries,)
    sensitivity: Array  # shape (boundaries,)
    threshold: float

    @property
    def is_kept(self) -> NDArray[np.bool_]:
        """Whether each boundary reaches the threshold."""
        return self.sensitivity >= self.threshold

    @property
    def kept(self) -> tuple[str, ...]:
        """Boundaries that reach the threshold."""
        listed = zip(self.factors.boundaries, self.is_kept, strict=True)
        return tuple(name for name, kept in listed if kept)

    @property
    def error_bound(self) -> float:
        """Share of its rating by which any flow can err when dropped boundaries stay fixed."""
        return float(self.sensitivity[~self.is_kept].sum())

    @property
    def flow_error_mw(self) -> Array:
        """By how much each flow (MW) can err: what all dropped boundaries can move together."""
        reach = np.abs(self.factors.mw_per_mw) * self.change_max_mw
        error: Array = reach[..., ~self.is_kept].sum(axis=-1)
        return error


def screen_boundaries(
    factors: BoundaryFactors,
    change_max_mw: Mapping[str, float],
    rating_mw: Array,
    threshold: float = THRESHOLD,
) -> Screening:
    """Boundaries that can move some flow by at least `threshold` of its rating.

    `change_max_mw` is the greatest change of each boundary's injection in either direction: its
    renewable capacity and what of its load follows voltage. With factors after outages the worst
    outage counts, those that leave islands apart. An infinite rating leaves a branch out.

    Raises InvalidInput if a boundary's change is missing or no branch is rated.
    """
    _refuse(factors, change_max_mw, rating_mw)
    change = factors.vector(change_max_mw)
    share = np.abs(factors.mw_per_mw) * change / rating_mw[:, None]
    known = np.where(np.isnan(share), 0.0, share).reshape(-1, len(change))
    return Screening(factors, change, known.max(axis=0), threshold)


def _refuse(factors: BoundaryFactors, change_max_mw: Mapping[str, float], rating_mw: Array) -> None:
    cure = "give the greatest change of its injection (MW, >= 0)"
    findings = [
        Finding(f"boundary {name!r}", "has no greatest change that is a number >= 0", cure)
        for name in factors.boundaries
        if not 0 <= change_max_mw.get(name, np.nan) < np.inf
    ]
    if not np.isfinite(rating_mw).any():
        finding = "no branch has a rating, so every boundary would be dropped"
        findings.append(Finding("branches", finding, "rate the branches to be watched"))
    if findings:
        raise InvalidInput("the screening of boundaries", findings)
