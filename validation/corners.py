"""Reactive prices of ratings whose polygon is met at a corner.

At a corner a rating's price may press in any direction between the normals of two sides. What
the feeder's own parties do tells which: of all directions the one is right at which they leave
least unearned, and that is the dual of a small quadratic program.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from validation.best import Limit, Program, Vector
from validation.check import Rows
from validation.cleared import Cleared
from validation.grid import Places, column
from validation.polygon import capability, range_on_corner


@dataclass(frozen=True)
class Traders:
    """Decisions of one period: what each gains, its limits, its bus, the Mvar that one MW takes."""

    gain: Vector
    bend: Vector
    least: Vector
    most: Vector
    now: Vector
    bus: Places
    taken: Vector
    unit: Places  # generator whose output or reactive power it is; -1 for loads


def corner_prices(
    cleared: Cleared, reactive: Rows, shadow: Rows, on_corner: NDArray[np.bool_]
) -> Rows:
    """Price ($/Mvarh) of the rating of every branch `on_corner`; zero elsewhere.

    `reactive` prices of buses come from all other limits.
    """
    p, q = cleared.flow["p_mw"], np.nan_to_num(cleared.flow["q_mvar"])
    low, high = range_on_corner(p, q, shadow)
    prices = np.zeros_like(shadow)
    for t in np.flatnonzero(on_corner.any(axis=0)):
        rows = np.flatnonzero(on_corner[:, t])
        found = _prices_at(cleared, int(t), rows, reactive[:, t], low[rows, t], high[rows, t])
        prices[rows, t] = np.clip(found, low[rows, t], high[rows, t])
    return prices


def _prices_at(
    cleared: Cleared, t: int, rows: Places, reactive: Vector, low: Vector, high: Vector
) -> Vector:
    """Prices of the ratings of branches `rows` in period number `t`, from 0.

    The last columns of the program are the Mvar that flow more, and less, through each rating
    than now, at the ends of the range of its price; the dual of each row is the rating's price.
    """
    grid, count = cleared.grid, len(rows)
    each = np.zeros((len(grid.branches), count))
    each[rows, np.arange(count)] = 1.0
    behind = grid.along_paths(each)
    traders = _traders(cleared, {grid.branches[k].area for k in rows}, reactive, t)
    none = np.zeros(count)
    ends = np.concatenate([-high, low])
    program = Program(
        gain=np.concatenate([traders.gain, np.where(np.isinf(ends), 0.0, ends)]),
        bend=np.concatenate([traders.bend, none, none]),
        least=np.concatenate([traders.least, none, none]),
        most=np.concatenate([traders.most, np.where(np.isinf(ends), 0.0, np.inf)]),
    )
    taken = -(behind[traders.bus] * traders.taken.reshape(-1, 1)).T
    one = np.eye(count)
    through, now = np.hstack([taken, one, -one]), taken @ traders.now
    program.rows = [(sparse.csr_array(through), now, now)]
    program.rows += _capability(cleared, traders, 2 * count)
    return -program.solve()[1][program.gain.size :][:count]


def _traders(cleared: Cleared, areas: set[str], reactive: Vector, t: int) -> Traders:
    """All parties of the areas whose reactive power can change."""
    parts = [_loads(cleared, reactive, t), _bids(cleared, reactive, t)]
    parts += [_output(cleared, t), _reactive_output(cleared, reactive, t)]
    inside = np.array([b.area in areas for b in cleared.scenario.buses])
    there = inside[np.concatenate([p.bus for p in parts])]
    whole = (np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Traders))
    return Traders(*(values[there] for values in whole))


def _loads(cleared: Cleared, reactive: Vector, t: int) -> Traders:
    bus, taken = cleared.grid.at(cleared.scenario.loads), cleared.load_tan_phi.ravel()
    price = cleared.prices[bus, t] + taken * reactive[bus]
    none, demand = np.zeros(len(bus)), cleared.demand[:, t]
    return Traders(
        gain=cleared.scenario.voll_usd_per_mwh - price,
        bend=none,
        least=np.minimum(demand, 0.0),
        most=demand,
        now=cleared.loads["p_mw"][:, t],
        bus=bus,
        taken=taken,
        unit=np.full(len(bus), -1),
    )


def _bids(cleared: Cleared, reactive: Vector, t: int) -> Traders:
    bus = cleared.grid.at(cleared.scenario.bids)
    taken = column(cleared.scenario.bids, "tan_phi").ravel()
    price = cleared.prices[bus, t] + taken * reactive[bus]
    curve, (least, most) = cleared.values, cleared.bid_limits
    of = curve.owner
    return Traders(
        gain=curve.price[:, t] - price[of],
        bend=curve.slope[:, t],
        least=curve.fill(least)[:, t],
        most=curve.fill(most)[:, t],
        now=curve.fill(cleared.bids["p_mw"])[:, t],
        bus=bus[of],
        taken=taken[of],
        unit=np.full(len(of), -1),
    )


def _output(cleared: Cleared, t: int) -> Traders:
    """Segments of generators; those with ramps stay, since other periods hold them too."""
    owned, curve = cleared.scenario.generators, cleared.offers
    of, bus = curve.owner, cleared.grid.at(owned)[curve.owner]
    free = np.isnan(column(owned, "ramp_mw_per_h").ravel())[of]
    least, most = (curve.fill(limit)[:, t] for limit in cleared.output_limits)
    now = curve.fill(cleared.generators["p_mw"])[:, t]
    return Traders(
        gain=cleared.prices[bus, t] - curve.price[:, t],
        bend=curve.slope[:, t],
        least=np.where(free, least, now),
        most=np.where(free, most, now),
        now=now,
        bus=bus,
        taken=np.zeros(len(of)),
        unit=of,
    )


def _reactive_output(cleared: Cleared, reactive: Vector, t: int) -> Traders:
    bus = cleared.grid.at(cleared.scenario.generators)
    least, most = cleared.reactive_limits
    return Traders(
        gain=reactive[bus],
        bend=np.zeros(len(bus)),
        least=least.ravel(),
        most=most.ravel(),
        now=np.nan_to_num(cleared.generators["q_mvar"][:, t]),
        bus=bus,
        taken=np.full(len(bus), -1.0),
        unit=np.arange(len(bus)),
    )


def _capability(cleared: Cleared, traders: Traders, more: int) -> Iterator[Limit]:
    """Apparent power of every generator, over the traders' columns and `more` columns."""
    radius = np.nan_to_num(column(cleared.scenario.generators, "s_max_mva"), nan=np.inf)
    here = np.unique(traders.unit[(traders.unit >= 0) & (traders.taken < 0)])
    row = np.searchsorted(here, traders.unit)
    shape = (len(here), len(traders.unit) + more)
    active, reactive = (
        sparse.csr_array((np.ones(at.size), (row[at], at)), shape=shape)
        for at in (
            np.flatnonzero((traders.unit >= 0) & kept)
            for kept in (traders.taken == 0, traders.taken < 0)
        )
    )
    return capability(active, reactive, radius[here])
