"""The laws of a settlement, as numbers: by how much each is missed at worst."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from scenarios.results import TSO
from scenarios.totals import PERIOD_AREA
from settlement.accounts import DSO
from settlement.ledger import balances
from settlement.rents import RESIDUAL, RESIDUAL_LAW
from settlement.settlement_records import Identity

AREA_LAW = "surplus of an area = surplus of its parties"


def identities(
    rows: pd.DataFrame,
    booked: pa.Table,
    surplus: pa.Table,
    rents: pa.Table,
    areas: pa.Table,
    rent_laws: Mapping[str, str],
) -> tuple[Identity, ...]:
    """Every law with its largest miss ($) over periods and areas, and where that is.

    `rent_laws` say by kind of rent why its two amounts agree.
    """
    parties = surplus.to_pandas()
    welfare = rows["value_usd"] - rows["cost_usd"]
    hourly = parties.groupby("period")
    gained = hourly["surplus_usd"].sum().sub(welfare.groupby(rows["period"]).sum(), fill_value=0.0)
    of_area = parties.groupby(PERIOD_AREA)["surplus_usd"].sum()
    of_areas = areas.to_pandas().set_index(PERIOD_AREA)["surplus_usd"]
    return (
        _law("payments received = payments made", hourly["received_usd"].sum()),
        _law("net surplus = welfare", gained),
        _law("operator's residual in the ledger = exact residual", _rounding(parties, booked)),
        *_rent_laws(rents.to_pandas(), {**rent_laws, RESIDUAL: RESIDUAL_LAW}),
        _law(AREA_LAW, of_areas - of_area.reindex(of_areas.index)),
    )


def _rent_laws(rents: pd.DataFrame, laws: Mapping[str, str]) -> list[Identity]:
    """Every kind of rent by its two ways."""
    missed = (rents["amount_usd"] - rents["check_usd"]).set_axis(
        pd.MultiIndex.from_frame(rents[PERIOD_AREA])
    )
    kind = rents["kind"].to_numpy()
    return [_law(law, missed[kind == name]) for name, law in laws.items()]


def _rounding(parties: pd.DataFrame, booked: pa.Table) -> pd.Series:
    """Residual of every operator and period by the ledger, less the exact one."""
    operator = parties[parties["kind"].isin([TSO, DSO])]
    exact = operator.set_index(["period", "party"])["received_usd"]
    return balances(booked).reindex(exact.index, fill_value=0) / 100.0 - exact


def _law(name: str, missed: pd.Series) -> Identity:
    """The law with the largest of its misses."""
    size = missed.abs()
    if size.empty:
        return Identity(name, 0.0, "")
    at = int(size.to_numpy().argmax())
    place = size.index[at]
    words = place if isinstance(place, tuple) else (place,)
    return Identity(name, float(size.iloc[at]), "period " + ", ".join(map(str, words)))
