"""Energy over the day: stores and shiftable loads."""

import numpy as np

from validation.check import Check, Missed, Rows, check, outside
from validation.cleared import Cleared
from validation.grid import column
from validation.tolerances import Tolerances


def storage_limits_hold(cleared: Cleared, within: Tolerances) -> Check:
    """Power and energy of a store stay within its limits, and enough is left at the end."""
    owned, numbers = cleared.scenario.storage, cleared.storage
    energy = numbers["energy_mwh"]
    floor = np.tile(column(owned, "energy_min_mwh"), energy.shape[1])
    floor[:, -1:] = np.maximum(floor[:, -1:], column(owned, "energy_final_mwh"))
    most, least = column(owned, "p_discharge_max_mw"), -column(owned, "p_charge_max_mw")
    return check(
        "storage limits",
        within.mw,
        "MW or MWh",
        Missed(numbers.names, outside(numbers["p_mw"], least, most)),
        Missed(numbers.names, outside(energy, floor, column(owned, "energy_max_mwh"))),
    )


def storage_creates_no_energy(cleared: Cleared, within: Tolerances) -> Check:
    """Energy rises by no more than what the net charging power stores."""
    created = np.maximum(-wasted(cleared), 0.0)
    return check("storage energy", within.mw, "MWh", Missed(cleared.storage.names, created))


def storage_wastes_no_energy(cleared: Cleared, within: Tolerances) -> Check:
    """Energy falls short of it only where a store charges and discharges at once."""
    lost = np.maximum(wasted(cleared), 0.0)
    return check("storage wastes no energy", within.mw, "MWh", Missed(cleared.storage.names, lost))


def wasted(cleared: Cleared) -> Rows:
    """Energy (MWh) that the net power would store, less the energy that is there."""
    owned, energy = cleared.scenario.storage, cleared.storage["energy_mwh"]
    power = cleared.storage["p_mw"]
    stored = -column(owned, "charge_efficiency") * np.minimum(power, 0.0)
    drawn = np.maximum(power, 0.0) / column(owned, "discharge_efficiency")
    before = np.hstack([column(owned, "energy_initial_mwh"), energy[:, :-1]])
    lost: Rows = before + cleared.hours * (stored - drawn) - energy
    return lost


def discharged(cleared: Cleared) -> Rows:
    """Power (MW) taken from every store: the net discharge, and what it charges at once.

    Wasting one MWh takes a through-put that loses one MWh.
    """
    owned = cleared.scenario.storage
    loss = 1 / column(owned, "discharge_efficiency") - column(owned, "charge_efficiency")
    through = np.divide(wasted(cleared), loss, out=np.zeros_like(loss * cleared.hours),
                        where=loss > 0)  # fmt: skip
    power: Rows = np.maximum(cleared.storage["p_mw"], 0.0) + through / cleared.hours
    return power


def shiftable_loads_get_their_energy(cleared: Cleared, within: Tolerances) -> Check:
    """Power stays within window and limit; the energy of the day is served or unserved."""
    owned, numbers = cleared.scenario.shiftable_loads, cleared.shiftable
    power, denied = numbers["p_mw"], numbers["unserved_mw"]
    energy = ((power + denied) * cleared.hours).sum(axis=1, keepdims=True)
    return check(
        "shiftable loads",
        within.mw,
        "MW or MWh",
        Missed(numbers.names, outside(power, 0.0, shiftable_limit(cleared))),
        Missed(numbers.names, outside(denied, 0.0, np.inf)),
        Missed(numbers.names, energy - column(owned, "energy_mwh")),
    )


def shiftable_limit(cleared: Cleared) -> Rows:
    """Greatest power (MW) of every shiftable load in every period: zero outside its window."""
    owned, period = cleared.scenario.shiftable_loads, np.arange(1, len(cleared.hours) + 1)
    first, last = column(owned, "first_period"), column(owned, "last_period")
    limit: Rows = np.where((first <= period) & (period <= last), column(owned, "p_max_mw"), 0.0)
    return limit
