"""What the operators keep, part by part as the pricing rule says, and all of it from payments."""

import pandas as pd
import pyarrow as pa

from scenarios.pricing import Rents
from scenarios.quantity import arrow_schema
from scenarios.totals import PERIOD_AREA
from settlement.settlement_records import Rent

RESIDUAL = "residual"
RESIDUAL_LAW = "operator's residual = sum of its rents"


def rent_table(rents: Rents, kept: pd.Series) -> pa.Table:
    """One row per period, area and kind of rent; all that an operator keeps is its `residual`."""
    parts = rents.parts.assign(**{RESIDUAL: kept})
    checks = rents.checks.reindex(index=parts.index).assign(**{RESIDUAL: rents.parts.sum(axis=1)})
    kinds = parts.reset_index().melt(PERIOD_AREA, var_name="kind", value_name="amount_usd")
    kinds["check_usd"] = checks.reindex(columns=parts.columns).to_numpy().ravel(order="F")
    kinds = kinds[kinds["amount_usd"].notna()].sort_values("period", kind="stable")
    return pa.Table.from_pandas(kinds, arrow_schema(Rent), preserve_index=False)
