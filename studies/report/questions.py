"""What is asked of market designs, and the figures that answer it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from scenarios.quantity import arrow_schema
from studies.report.figures.measures import draw_measures, draw_pareto, pareto
from studies.report.figures.style import Look
from studies.report.rendering import Section
from studies.runs.measures import Measures


@dataclass(frozen=True)
class Question:
    """A question, and the measures that answer it, each with its title.

    It is asked where one of `shown_for`, or of all its measures, is not zero.
    """

    key: str
    asked: str
    answer: str
    titles: dict[str, str]
    shown_for: tuple[str, ...] = ()


def questions(currency: str) -> tuple[Question, ...]:
    """All questions, in the order of the page."""
    money = currency
    return (
        Question(
            "cost", "What does the day cost, and what does it emit?",
            "Cost of generation and wear, with load that is not served at its value.",
            {"cost_usd": f"cost, {money}", "co2_t": "carbon dioxide, t"},
        ),
        Question(
            "waste", "What is wasted, and who goes without?",
            "Sun and wind that were there and not used; load that was not served.",
            {"curtailed_mwh": "curtailed, MWh", "unserved_mwh": "not served, MWh"},
        ),
        Question(
            "mended", "What must be mended after the market?",
            "What moved after a first market that had not seen all networks, and what that cost.",
            {"redispatch_mwh": "moved, MWh", "redispatch_usd": f"redispatch, {money}"},
        ),
        Question(
            "grid", "Can the grid carry it?",
            "Limits that AC load flows of all hours exceed.",
            {"ac_violations": "limits exceeded"},
        ),
        Question(
            "prices", "What do prices say?",
            "What consumers pay on average, and how far prices span in transmission.",
            {
                "price_usd_per_mwh": f"price, {money}/MWh",
                "spread_usd_per_mwh": f"spread, {money}/MWh",
            },
        ),
        Question(
            "money", "Who pays, and who is paid?",
            "Bills of all consumers, income of generators and stores in distribution, and what "
            "operators keep.",
            {
                "consumer_bill_usd": f"bills, {money}", "der_income_usd": f"local income, {money}",
                "dso_usd": f"DSOs keep, {money}", "tso_usd": f"TSO keeps, {money}",
            },
        ),
        Question(
            "fees", "What do grid fees and tariffs take?",
            "Fees and retail margins, part of what consumers pay; what generators and stores in "
            "distribution are paid before and after fees.",
            {
                "consumer_fees_usd": f"fees of consumers, {money}",
                "retail_usd": f"retail margin, {money}",
                "der_before_fees_usd": f"local income before, {money}",
                "der_income_usd": f"after fees, {money}",
            },
            shown_for=("consumer_fees_usd", "retail_usd"),
        ),
        Question(
            "disclosure", "What must be disclosed?",
            "Numbers in messages, their kinds, and all numbers that distribution operators gave "
            "away, with bids and networks that were laid open.",
            {"messages": "in messages", "message_kinds": "kinds", "disclosed": "given away"},
        ),
        Question(
            "power", "How much room is there to bid strategically?",
            "What generators could earn by foreseeing redispatch at market-based prices, and what "
            "consumers and operators pay more where owners play (option --owner).",
            {
                "anticipation_usd": f"by foresight, {money}",
                "market_power_usd": f"paid more, {money}",
            },
        ),
    )  # fmt: skip


def all_measures(table: pd.DataFrame) -> Iterator[tuple[str, str, list[str]]]:
    """Words, unit and text for every design of each measure; `table` is indexed by design."""
    schema = arrow_schema(Measures)
    for name in table.columns.intersection(schema.names, sort=False):
        if name != "design":
            told = schema.field(name).metadata
            texts = [_text(value) for value in table[name].astype(float)]
            yield told[b"meaning"].decode(), told[b"unit"].decode(), texts


def _text(value: float) -> str:
    if pd.isna(value):
        return "–"
    return f"{value + 0.0:,.0f}" if abs(value) >= 1000 or value == round(value) else f"{value:,.2f}"


def answers(table: pd.DataFrame, look: Look) -> Iterator[Section]:
    """A section for each question that the designs answer; `table` is indexed by design."""
    for question in questions(look.currency):
        known = {n: t for n, t in question.titles.items() if table[n].notna().any()}
        deciding = list(question.shown_for or known)
        if known and (table[deciding].astype(float).fillna(0.0) != 0.0).to_numpy().any():
            figure = draw_measures(table, known, look)
            yield Section(f"asked-{question.key}", question.asked, question.answer, figure)
    best = ", ".join(pareto(table))
    caption = (
        "Welfare against what distribution operators gave away. Along the line, no other design "
        f"has more welfare for as few numbers: {best}."
    )
    yield Section(
        "asked-pareto", "Is it worth what it discloses?", caption, draw_pareto(table, look)
    )
