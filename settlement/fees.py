"""Grid fees: what users pay the operator of their area beside the price of energy.

Fees of energy are booked in their period; the peak of the day is known, and the fixed part due,
when the day is over. Fees move money between parties and are no part of the welfare.
"""

from collections.abc import Iterator
from operator import attrgetter

import numpy as np
import pandas as pd

from scenarios.fees import payers
from scenarios.pricing import (
    BOUNDARY_ENERGY,
    ENERGY_FEE,
    FIXED_FEE,
    LOCAL_ENERGY,
    PEAK_FEE,
    PRICE,
    WHOLESALE_ENERGY,
)
from scenarios.scenario import Scenario
from scenarios.totals import hours_of, stack
from settlement.beside_energy import named

_OWN = (WHOLESALE_ENERGY, LOCAL_ENERGY, BOUNDARY_ENERGY)
_KEY = ["area", "kind", "asset"]
_RATES = ["withdrawn_usd_per_mwh", "injected_usd_per_mwh", "peak_usd_per_mw", "fixed_usd"]
_of = attrgetter(*_RATES)


def fee_payments(scenario: Scenario, positions: pd.DataFrame, priced: pd.DataFrame) -> pd.DataFrame:
    """All fees, with the columns of `priced`; `positions` are what every party exchanges."""
    own = positions[positions["product"].isin(_OWN)]
    own = own.join(_rates(scenario, own))
    own = own[own[_RATES].any(axis=1)]
    parts = [named(product, rows, priced) for product, rows in _fees(scenario, own)]
    return stack([priced.iloc[:0], *parts])


def _rates(scenario: Scenario, rows: pd.DataFrame) -> pd.DataFrame:
    """Sum of all fees that each row's party pays, by what they are charged on."""
    kinds = payers()
    charged = [(f.area, k, f.asset, *_of(f)) for f in scenario.fees for k in kinds[f.payer]]
    fees = pd.DataFrame(charged, columns=[*_KEY, *_RATES])
    total = np.zeros((len(rows), len(_RATES)))
    for key, own in (
        (_KEY[:2], fees[fees["asset"].isna()]),
        (_KEY, fees[fees["asset"].notna()]),
    ):
        sums = own.groupby(key)[_RATES].sum()
        parties = pd.MultiIndex.from_frame(rows[key])
        total = total + sums.reindex(parties, fill_value=0.0).to_numpy()
    return pd.DataFrame(total, rows.index, _RATES)


def _fees(scenario: Scenario, own: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """What is paid for energy in every period, and for the peak and the day in the last one."""
    energy = own["energy_mwh"]
    rate = own["injected_usd_per_mwh"].where(energy > 0, own["withdrawn_usd_per_mwh"])
    charged = -energy.abs()
    of_energy = own.assign(energy_mwh=charged, amount_usd=charged * rate, **{PRICE: rate})
    yield ENERGY_FEE, of_energy[of_energy["amount_usd"] != 0.0]
    power = (energy / hours_of(scenario, own["period"])).abs()
    party = [own[key] for key in _KEY]
    peak = power.groupby(party).transform("max")
    at_end = own["period"] == own["period"].groupby(party).transform("max")
    for product, amount in (
        (PEAK_FEE, -peak * own["peak_usd_per_mw"]),
        (FIXED_FEE, -own["fixed_usd"]),
    ):
        due = at_end & (amount != 0.0)
        yield product, own[due].assign(amount_usd=amount[due], energy_mwh=0.0, **{PRICE: 0.0})
