"""What stores leave unearned over the day."""

import numpy as np
from scipy import sparse

from validation.best import Program, flat
from validation.check import Missed, Rows
from validation.cleared import Cleared
from validation.energy import discharged
from validation.grid import column
from validation.parties import Priced


def storage_unearned(priced: Priced) -> Missed:
    """Stores buy and sell over the day as well as their limits allow."""
    cleared = priced.cleared
    owned, hours = cleared.scenario.storage, cleared.hours
    price, wear = cleared.prices[cleared.grid.at(owned)], column(owned, "cost_usd_per_mwh")
    paid = (price * cleared.storage["p_mw"] - wear * discharged(cleared)) * hours
    best = _storage_program(cleared, price * hours, (price - wear) * hours)
    earned = best.earned(best.solve()[0]).reshape(3, *price.shape).sum(axis=0)
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
        gain=flat(-buying, selling, np.zeros(shape)),
        bend=np.zeros(3 * buying.size),
        least=flat(np.zeros(shape), np.zeros(shape), floor),
        most=flat(*most),
    )
    rise = sparse.eye_array(shape[1]) - sparse.eye_array(shape[1], k=-1)
    stored = sparse.diags_array((-column(owned, "charge_efficiency") * hours).ravel())
    drawn = sparse.diags_array((hours / column(owned, "discharge_efficiency")).ravel())
    start = np.zeros(shape)
    start[:, :1] = column(owned, "energy_initial_mwh")
    rows = sparse.hstack([stored, drawn, sparse.kron(sparse.eye_array(shape[0]), rise)])
    program.rows = [(rows, start.ravel(), start.ravel())]
    return program
