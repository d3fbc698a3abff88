"""Numbers that result tables repeat from the scenario or from each other."""

from collections.abc import Iterator

import numpy as np

from validation.check import Check, Missed, Rows, check
from validation.cleared import Cleared
from validation.devices import validators_of
from validation.grid import column
from validation.tolerances import Tolerances


def repeated_numbers(cleared: Cleared, within: Tolerances) -> Check:
    """Ratings, greatest powers and losses that no flow causes are what they follow from."""
    return check("repeated numbers", within.mw, "MW", *_greatest_powers(cleared), *_flows(cleared))


def _greatest_powers(cleared: Cleared) -> Iterator[Missed]:
    for kind, validator in validators_of(cleared).items():
        numbers = cleared.of(kind)
        produced, consumed = validator.greatest_mw(cleared)
        taken = np.where(consumed > 0.0, consumed, -produced)
        stated = numbers["p_max_mw"]
        expected = produced if cleared.sign(kind) > 0 else taken
        off = np.where(np.isfinite(stated), stated - expected, 0.0)
        yield Missed([f"greatest power of {name}" for name in numbers.names], off)
        if cleared.sign(kind) > 0:  # producers leave nobody unserved
            yield Missed([f"unserved by {name}" for name in numbers.names], numbers["unserved_mw"])


def _flows(cleared: Cleared) -> Iterator[Missed]:
    grid, flow = cleared.grid, cleared.flow
    limited = np.isfinite(grid.rating)
    rating = np.nan_to_num(flow["rating_mva"]) - np.where(limited, grid.rating, 0.0)
    yield Missed([f"rating of {name}" for name in grid.branch_names], rating)
    stated = flow["excess_loss_mw"]
    off = np.where(np.isfinite(stated), stated - np.maximum(_excess(cleared), 0.0), 0.0)
    yield Missed([f"excess loss of {name}" for name in grid.branch_names], off)


def _excess(cleared: Cleared) -> Rows:
    """Losses (MW) beyond those that flows cause."""
    r = column(cleared.grid.branches, "r_pu") / cleared.grid.base_mva
    of_flow = np.where(
        cleared.squared_loss.reshape(-1, 1), r * cleared.middle**2, r * cleared.flow_current
    )
    excess: Rows = cleared.loss - of_flow
    return excess
