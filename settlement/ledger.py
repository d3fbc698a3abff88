"""Payments of the day, double entry: every one has a payer and a payee."""

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.quantity import arrow_schema
from scenarios.results import LedgerEntry
from settlement.cents import Cents

SMALLEST_MWH = 1e-6  # an entry of less energy and no cents says nothing


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
        "energy_mwh": rows["energy_mwh"].where(~turned, -rows["energy_mwh"]) + 0.0,
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
