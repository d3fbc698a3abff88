"""What parties leave unearned whose periods, or active and reactive power, are linked."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from market.validate.best import Limit, Program
from market.validate.check import Missed, Rows
from market.validate.cleared import Cleared
from market.validate.energy import discharged
from market.validate.grid import column
from market.validate.parties import Priced, segments_unearned
from market.validate.polygon import SIDES, STEP

FREE_USD_PER_MVARH = 1e-6  # a price that makes no generator trade active for reactive power


def generators_unearned(priced: Priced) -> Missed:
    """Generators produce what pays, within their limits, ramps and capability."""
    cleared, curve = priced.cleared, priced.offers
    owned, power = cleared.scenario.generators, cleared.generators["p_mw"]
    bus = cleared.grid.at(owned)
    gain = priced.lmp[bus][curve.owner] - curve.price
    unearned = segments_unearned(curve, gain, power, cleared.output_limits)
    least, most = _reactive_limits(cleared)
    price = priced.multipliers.reactive[bus]
    q = np.nan_to_num(cleared.generators["q_mvar"])
    unearned = unearned + np.maximum(price * least, price * most) - price * q
    unearned = unearned * cleared.hours
    linked = _are_linked(cleared, price, least, most)
    if linked.any():
        best = _best_of_linked(priced, np.flatnonzero(linked))
        earned = price * q + priced.lmp[bus] * power - curve.cost(power)
        unearned[linked] = best - (earned * cleared.hours)[linked]
    return Missed(cleared.generators.names, unearned)


def _reactive_limits(cleared: Cleared) -> tuple[Rows, Rows]:
    """Least and greatest reactive power (Mvar); zero where the network has none."""
    owned = cleared.scenario.generators
    upper = np.array([g.area == cleared.scenario.transmission for g in owned], dtype=bool)
    able = cleared.is_reactive & ~upper.reshape(-1, 1)
    least, most = column(owned, "q_min_mvar"), column(owned, "q_max_mvar")
    return np.where(able, least, 0.0), np.where(able, most, 0.0)


def _are_linked(cleared: Cleared, price: Rows, least: Rows, most: Rows) -> NDArray[np.bool_]:
    """Generators with ramps, and those whose apparent power limits what they earn."""
    owned = cleared.scenario.generators
    ramps = np.isfinite(column(owned, "ramp_mw_per_h"))
    priced = (np.abs(price) > FREE_USD_PER_MVARH).any(axis=1, keepdims=True)
    pressed = (priced & (least < most)) | (least > 0.0) | (most < 0.0)
    linked: NDArray[np.bool_] = (
        ramps | (np.isfinite(column(owned, "s_max_mva")) & pressed)
    ).ravel()
    return linked


def _best_of_linked(priced: Priced, kept: NDArray[np.intp]) -> Rows:
    """Most that the generators `kept` can earn ($), shape (generators, periods)."""
    cleared, curve = priced.cleared, priced.offers
    owned = [cleared.scenario.generators[n] for n in kept]
    bus, hours = cleared.grid.at(owned), cleared.hours
    row = np.flatnonzero(np.isin(curve.owner, kept))
    owner = np.searchsorted(kept, curve.owner[row])
    gain = (priced.lmp[bus][owner] - curve.price[row]) * hours
    floor, most = (curve.fill(limit)[row] for limit in cleared.output_limits)
    q_least, q_most = (np.tile(q[kept], hours.size) for q in _reactive_limits(cleared))
    q_gain = priced.multipliers.reactive[bus] * hours
    program = Program(
        gain=_flat(gain, q_gain),
        bend=_flat(curve.slope[row] * hours, np.zeros_like(q_gain)),
        least=_flat(floor, q_least),
        most=_flat(most, q_most),
    )
    output = sparse.csr_array(
        (np.ones(row.size), (owner, np.arange(row.size))), shape=(len(owned), row.size)
    )
    program.rows = [_ramp_rows(cleared, kept, output), *_capability(cleared, kept, output)]
    earned = program.earned(program.solve())
    parts = earned[: gain.size].reshape(gain.shape)
    total: Rows = earned[gain.size :].reshape(q_gain.shape) + output @ parts
    return total


def _flat(*parts: Rows) -> Rows:
    return np.concatenate([part.ravel() for part in parts])


def _ramp_rows(cleared: Cleared, kept: NDArray[np.intp], output: Any) -> Limit:
    """Change of output from period to period, within the ramp."""
    owned = [cleared.scenario.generators[n] for n in kept]
    periods = cleared.hours.size
    change = sparse.eye_array(periods) - sparse.eye_array(periods, k=-1)
    steepest = np.nan_to_num(column(owned, "ramp_mw_per_h"), nan=np.inf) * cleared.hours
    initial = column(owned, "p_initial_mw")
    start = np.zeros_like(steepest)
    start[:, :1] = np.nan_to_num(initial)
    steepest[:, :1] = np.where(np.isnan(initial), np.inf, steepest[:, :1])
    no_q = sparse.csr_array((steepest.size, steepest.size))
    rows = sparse.hstack([sparse.kron(output, change), no_q])
    return rows, (start - steepest).ravel(), (start + steepest).ravel()


def _capability(cleared: Cleared, kept: NDArray[np.intp], output: Any) -> Iterator[Limit]:
    """Apparent power within the polygon of every generator."""
    owned = [cleared.scenario.generators[n] for n in kept]
    periods = cleared.hours.size
    radius = np.nan_to_num(column(owned, "s_max_mva"), nan=np.inf) * np.cos(STEP / 2)
    limit = np.tile(radius, periods).ravel()
    p, q = sparse.kron(output, sparse.eye_array(periods)), sparse.eye_array(limit.size)
    for side in range(SIDES):
        angle = (side + 0.5) * STEP
        rows = sparse.hstack([np.cos(angle) * p, np.sin(angle) * q])
        yield rows, np.full(limit.size, -np.inf), limit


def storage_unearned(priced: Priced) -> Missed:
    """Stores buy and sell over the day as well as their limits allow."""
    cleared = priced.cleared
    owned, hours = cleared.scenario.storage, cleared.hours
    price, wear = priced.lmp[cleared.grid.at(owned)], column(owned, "cost_usd_per_mwh")
    paid = (price * cleared.storage["p_mw"] - wear * discharged(cleared)) * hours
    best = _storage_program(cleared, price * hours, (price - wear) * hours)
    earned = best.earned(best.solve()).reshape(3, *price.shape).sum(axis=0)
    total = (earned - paid).sum(axis=1, keepdims=True)
    return Missed(cleared.storage.names, total)


def _storage_program(cleared: Cleared, buying: Rows, selling: Rows) -> Program:
    """Charge, discharge (MW) and energy (MWh) of all stores, each of shape (stores, periods)."""
    owned, hours = cleared.scenario.storage, cleared.hours
    shape = buying.shape
    floor = np.tile(column(owned, "energy_min_mwh"), shape[1])
    floor[:, -1:] = np.maximum(floor[:, -1:], column(owned, "energy_final_mwh"))
    most = [np.broadcast_to(column(owned, name), shape)
            for name in ("p_charge_max_mw", "p_discharge_max_mw", "energy_max_mwh")]  # fmt: skip
    program = Program(
        gain=_flat(-buying, selling, np.zeros(shape)),
        bend=np.zeros(3 * buying.size),
        least=_flat(np.zeros(shape), np.zeros(shape), floor),
        most=_flat(*most),
    )
    rise = sparse.eye_array(shape[1]) - sparse.eye_array(shape[1], k=-1)
    stored = sparse.diags_array((-column(owned, "charge_efficiency") * hours).ravel())
    drawn = sparse.diags_array((hours / column(owned, "discharge_efficiency")).ravel())
    start = np.zeros(shape)
    start[:, :1] = column(owned, "energy_initial_mwh")
    rows = sparse.hstack([stored, drawn, sparse.kron(sparse.eye_array(shape[0]), rise)])
    program.rows = [(rows, start.ravel(), start.ravel())]
    return program
