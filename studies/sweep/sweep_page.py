"""The page of a sweep: one HTML file that needs nothing else."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from studies.report.figures.style import Look, look_of
from studies.report.figures.sweep import (
    Axis,
    Measure,
    draw_lines,
    draw_maps,
    draw_over_one,
    draw_places,
)
from studies.report.rendering import Section, drawing_library, html_of, rendered
from studies.report.run_page import rows_of
from studies.runs.run_records import RunStatus
from studies.runs.summary import SCARCITY_MWH
from studies.sweep.day_knob import DAY, MEANING
from studies.sweep.knob import Case
from studies.sweep.parameters import Parameter
from studies.sweep.ranking import changes, with_places
from studies.sweep.short_names import short_names

MOST_ROWS = 300
PLACES = "Each design's place by welfare; where lines cross, the ranking changes."
GAIN = "gain_usd"
COLUMNS = (
    "welfare_usd",
    GAIN,
    "gap_relative",
    "boundary_mwh",
    "boundary_lmp_usd_per_mwh",
    "area_surplus_usd",
    "unserved_mwh",
)


def with_gain(designs: pd.DataFrame, reference: str) -> pd.DataFrame:
    """The rows with the welfare ($) that each design gains over the reference at its point."""
    own = designs[designs["design"] == reference].set_index("point")["welfare_usd"]
    gain = designs["welfare_usd"] - designs["point"].map(own)
    return designs.assign(**{GAIN: gain})


def render_page(
    case: Case, parameters: Sequence[Parameter], designs: pd.DataFrame, reference: str
) -> str:
    """HTML of a sweep from its table of designs."""
    scenario = case.scenario
    look = look_of(list(case.study.designs), scenario.currency, scenario.hours)
    rows = with_gain(designs, reference)
    wrong = rows[rows["status"] != str(RunStatus.OK)]
    drawn = [
        (section, html_of(section)) for section in _sections(rows, parameters, reference, look)
    ]
    return rendered(
        "sweep.html",
        case=case,
        parameters=parameters,
        meanings={p.name: meaning_of(p) for p in parameters},
        points=rows["point"].nunique(),
        reference=reference,
        look=look,
        drawn=drawn,
        changes=list(changes(with_places(designs), [p.name for p in parameters])),
        columns=COLUMNS,
        figures=figures_text,
        shown=rows_of(rows.head(MOST_ROWS)),
        left=max(0, len(rows) - MOST_ROWS),
        wrong=rows_of(wrong.head(MOST_ROWS)),
        wrong_left=max(0, len(wrong) - MOST_ROWS),
        plotly=drawing_library(),
    )


def meaning_of(parameter: Parameter) -> str:
    """What a value of the parameter is."""
    if parameter.name == DAY:
        return MEANING
    if named := short_names().get(parameter.name):
        return named.meaning
    unit = "" if parameter.unit in ("", "1") else f", in {parameter.unit}"
    return f"{'factor on what is there' if parameter.is_factor else 'value that is set'}{unit}"


def _sections(
    rows: pd.DataFrame, parameters: Sequence[Parameter], reference: str, look: Look
) -> Iterator[Section]:
    axes = [_axis(p) for p in parameters]
    if len(axes) == 1 and len(rows["design"].unique()) > 1:
        figure = draw_places(with_places(rows), axes[0], look)
        yield Section("places", "Which design is best", PLACES, figure)
    shown, note = _slice(rows, axes)
    for measure, title, caption in _measures(shown, reference, look):
        words = f"{caption} {note}".strip()
        key = measure.column
        own = shown[shown["design"] != reference] if key == GAIN else shown
        if len(axes) == 1:
            figure = draw_over_one(own, axes[0], measure, look)
        else:
            figure = draw_maps(own, axes[0], axes[1], measure, look)
        yield Section(key, title, words, figure)
        if len(axes) > 1:
            lines = draw_lines(own, axes[1], axes[0], measure, look)
            words = f"The same along {axes[1].column}, one line for each value of {axes[0].column}."
            yield Section(f"{key}-lines", "", words, lines)


def _axis(parameter: Parameter) -> Axis:
    unit = "" if parameter.unit in ("", "1") else f", {parameter.unit}"
    return Axis(parameter.name, parameter.name + unit, parameter.kind in (int, float))


def _slice(rows: pd.DataFrame, axes: Sequence[Axis]) -> tuple[pd.DataFrame, str]:
    """Rows at the first value of all parameters beyond the second, and the words on it."""
    held = {axis.column: rows[axis.column].iloc[0] for axis in axes[2:]}
    for column, value in held.items():
        rows = rows[rows[column] == value]
    at = ", ".join(f"{column} = {value}" for column, value in held.items())
    return rows, f"Shown at {at}; the table has all points." if at else ""


def _measures(rows: pd.DataFrame, reference: str, look: Look) -> Iterator[tuple[Measure, str, str]]:
    """What is worth a figure, with its title and caption."""
    if len(rows["design"].unique()) > 1:
        title = f"Welfare gain over {reference}"
        caption = f"How much more welfare a design reaches than {reference} at the same point."
        others = Measure(GAIN, f"welfare gain, {look.currency}", is_signed=True)
        yield others, title, caption
    yield (
        Measure("welfare_usd", f"welfare, {look.currency}"),
        "Welfare",
        "Value of what flexible consumers use, less the cost of production and of energy not "
        "served; the constant value of inelastic load is left out.",
    )
    yield (
        Measure("boundary_lmp_usd_per_mwh", f"price, {look.price}"),
        "Price at the boundaries",
        "Price at the boundary buses in transmission, the mean over boundaries and hours.",
    )
    yield (
        Measure("boundary_mwh", "energy into distribution, MWh", is_signed=True),
        "Energy through the boundaries",
        "Energy of the day from transmission into distribution, all boundaries together.",
    )
    yield (
        Measure("area_surplus_usd", f"surplus, {look.currency}", is_signed=True),
        "Surplus of distribution areas",
        "What the distribution areas together gain, their operators included: value to consumers, "
        "less cost, less what is paid at the boundaries.",
    )
    if rows["grid_fees_usd"].max() > 0:
        yield from _fees(look)
    if rows["unserved_mwh"].max() > SCARCITY_MWH:
        unserved = Measure("unserved_mwh", "energy not served, MWh")
        yield unserved, "Energy not served", "Inelastic load that is shed over the day."


def _fees(look: Look) -> Iterator[tuple[Measure, str, str]]:
    """Who pays grid fees."""
    yield (
        Measure("consumer_bill_usd", f"bills, {look.currency}", is_signed=True),
        "Bills of consumers",
        "What all consumers pay for energy, by tariffs and in grid fees.",
    )
    yield (
        Measure("der_income_usd", f"income, {look.currency}", is_signed=True),
        "Income of local resources",
        "What generators and stores of distribution are paid, less their grid fees.",
    )
    yield (
        Measure("grid_fees_usd", f"fees, {look.currency}"),
        "Revenue from grid fees",
        "What grid fees bring the operators of all areas together.",
    )


def figures_text(row: dict[str, Any]) -> list[str]:
    """The figures of one row as texts."""
    return [_figure(row[column], column) for column in COLUMNS]


def _figure(value: float | None, column: str) -> str:
    if value is None or pd.isna(value):
        return "–"
    return f"{value:.1e}" if column == "gap_relative" else f"{value:,.2f}"
