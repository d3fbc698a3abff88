"""Bills, incomes and what grid fees bring: the tables of a run that has fees or tariffs."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from studies.report.figures.bills import PARTS, bills, draw_bills
from studies.report.figures.style import Look
from studies.report.rendering import Section

RESOURCES = ("producer", "storage")
EXTRA = [name for name in PARTS if name not in ("energy_usd", "beside_usd")]
MOST_RESOURCES = 40
KEY, TITLE = "bills", "Bills, grid fees and tariffs"
CAPTION = (
    "What all consumers of an area pay for a MWh, by what it is for. Fees and tariffs move money "
    "between parties; only fees that are bid with change the day. "
    "Below, what resources of distribution gain before and after fees, and what fees bring the "
    "operators of grids against the cost that they state."
)


@dataclass(frozen=True)
class BillTables:
    """Bills by design and area, resources before and after fees, and accounts of operators."""

    bills: pd.DataFrame
    resources: pd.DataFrame
    accounts: pd.DataFrame


def bill_tables(statement: pd.DataFrame, account: pd.DataFrame, transmission: str) -> BillTables:
    """The tables of the page, from the tables `statement` and `grid_account` of all designs.

    All are empty where nobody pays a fee or a tariff. Resources are those in distribution that pay
    any, those who pay most first.
    """
    if statement.empty or not (statement[EXTRA].abs() >= 0.005).any(axis=None):
        none = statement.iloc[:0]
        return BillTables(none, none, account)
    own = statement[statement["group"].isin(RESOURCES) & (statement["area"] != transmission)]
    fees = (own["surplus_usd"] - own["before_fees_usd"]).rename("fees_usd")
    paying = own.join(fees)[fees.abs() >= 0.005]
    return BillTables(
        bills(statement),
        paying.sort_values("fees_usd", kind="stable").head(MOST_RESOURCES),
        account,
    )


def bill_sections(tables: BillTables, look: Look) -> Iterator[Section]:
    """The figure of bills, where there are any beside energy."""
    if len(tables.bills):
        yield Section(KEY, TITLE, CAPTION, draw_bills(tables.bills, look))
