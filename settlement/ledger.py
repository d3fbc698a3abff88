"""Payments of the day, double entry: every one has a payer and a payee.

The TSO is the counterparty of all that trade in transmission and of every DSO; a DSO is the
counterparty of all that trade in its area.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.quantity import arrow_schema
from scenarios.results import TSO, UNSERVED, LedgerEntry
from scenarios.scenario import Scenario
from settlement.accounts import CONSUMERS, groups, operators
from settlement.cents import Cents
from settlement.positions import BOUNDARY, hours_of
from settlement.totals import stack

WHOLESALE, LOCAL = "wholesale_energy", "local_energy"
BOUNDARY_ENERGY, COMPENSATION = "boundary_energy", "unserved_compensation"
SMALLEST_MWH = 1e-6  # an entry of less energy and no cents says nothing
_COLUMNS = ["period", "operator", "party", "product", "area", "bus", "kind", "asset",
            "energy_mwh", "price_usd_per_mwh"]  # fmt: skip


def entries(
    scenario: Scenario,
    rows: pd.DataFrame,
    shed: pd.DataFrame,
    boundary: pa.Table,
    extra: pd.DataFrame,
) -> pd.DataFrame:
    """Exact payments ($) from `operator` to `party`, for energy (MWh) from `party`.

    `extra` are premiums on top of the price of energy.

    Both are negative where they go the other way. Beside the columns of a payment, `kind` and
    `asset` name what is settled.
    """
    parts = [
        _trades(scenario, rows),
        _crossings(scenario, boundary),
        _compensations(scenario, shed),
        extra,
    ]
    paid = stack([part[_COLUMNS] for part in parts])
    paid = paid[paid["energy_mwh"] != 0.0].reset_index(drop=True)
    paid["amount_usd"] = paid["energy_mwh"] * paid["price_usd_per_mwh"]
    return paid


def _trades(scenario: Scenario, rows: pd.DataFrame) -> pd.DataFrame:
    """Every asset with the operator of its area, at the price of its bus."""
    traded = rows[rows["kind"].isin(groups())].copy()
    traded["operator"] = traded["area"].map(operators(scenario))
    wholesale = traded["area"] == scenario.transmission
    traded["product"] = np.where(wholesale, WHOLESALE, LOCAL)
    traded["energy_mwh"] = -traded["withdrawn_mwh"]
    return traded.rename(columns={"account": "party", "lmp_usd_per_mwh": "price_usd_per_mwh"})


def _crossings(scenario: Scenario, boundary: pa.Table) -> pd.DataFrame:
    """Every DSO with the TSO, at the price of the boundary bus in transmission."""
    flows = boundary.to_pandas()
    return pd.DataFrame(
        {
            "period": flows["period"],
            "operator": TSO,
            "party": flows["area"].map(operators(scenario)),
            "product": BOUNDARY_ENERGY,
            "area": scenario.transmission,
            "bus": flows["boundary"].map(
                {b.boundary: b.transmission_bus for b in scenario.boundaries}
            ),
            "kind": BOUNDARY,
            "asset": flows["boundary"],
            "energy_mwh": -flows["p_mw"] * hours_of(scenario, flows["period"]),
            "price_usd_per_mwh": flows["lmp_usd_per_mwh"],
        }
    )


def _compensations(scenario: Scenario, shed: pd.DataFrame) -> pd.DataFrame:
    """Every operator with those whom its unserved energy hits, at the value of lost load."""
    return shed.assign(
        operator=shed["area"].map(operators(scenario)),
        party=CONSUMERS + ":" + shed["consumers"],
        product=COMPENSATION,
        kind=UNSERVED,
        asset=shed["bus"],
        price_usd_per_mwh=scenario.voll_usd_per_mwh,
    )


def ledger(paid: pd.DataFrame, cents: Cents) -> pa.Table:
    """The entries in whole cents, turned so that no amount is negative.

    The energy then is what goes from payee to payer; it is negative where a negative price
    makes the one who delivers pay.
    """
    kept = (cents != 0) | (paid["energy_mwh"].abs() >= SMALLEST_MWH)
    rows, cents = paid[kept], cents[kept.to_numpy()]
    turned = (cents < 0) | ((cents == 0) & (rows["energy_mwh"] < 0).to_numpy())
    columns = {
        "period": rows["period"],
        "payer": rows["operator"].where(~turned, rows["party"]),
        "payee": rows["party"].where(~turned, rows["operator"]),
        "product": rows["product"],
        "area": rows["area"],
        "bus": rows["bus"],
        "energy_mwh": rows["energy_mwh"].where(~turned, -rows["energy_mwh"]),
        "price_usd_per_mwh": rows["price_usd_per_mwh"],
        "amount_usd": np.abs(cents) / 100.0,
    }
    in_time = pd.DataFrame(columns).sort_values("period", kind="stable")
    return pa.Table.from_pandas(in_time, arrow_schema(LedgerEntry), preserve_index=False)


def balances(booked: pa.Table) -> pd.Series:
    """Received minus paid (cents, exact) of every account, indexed by period and account."""
    rows = booked.select(["period", "payer", "payee", "amount_usd"]).to_pandas()
    cents = (100.0 * rows["amount_usd"]).round().astype("int64")
    received = cents.groupby([rows["period"], rows["payee"]]).sum()
    paid = cents.groupby([rows["period"], rows["payer"]]).sum()
    net: pd.Series = received.sub(paid.rename_axis(received.index.names), fill_value=0).astype(
        "int64"
    )
    net.index.names = ["period", "account"]
    return net
