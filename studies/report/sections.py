"""The figures of the report with their titles and captions."""

from collections.abc import Callable, Iterator, Sequence

import pandas as pd
import plotly.graph_objects as go

from studies.report.bills import BillTables, bill_sections, bill_tables
from studies.report.figures.area_surplus import AREAS, draw_area_surplus
from studies.report.figures.boundary import (
    MOST_BOUNDARIES,
    boundary_prices,
    boundary_schedules,
    draw_prices,
    draw_schedules,
)
from studies.report.figures.contingency_day import draw_peaks, draw_states
from studies.report.figures.convergence import draw_rounds, rounds
from studies.report.figures.dc_lines import draw_line_flows, line_flows
from studies.report.figures.dispatch import consumption, draw_dispatch, production
from studies.report.figures.incentives import draw_incentives
from studies.report.figures.margin_day import draw_margins, draw_noses
from studies.report.figures.money import draw_money, net_money
from studies.report.figures.network_map import MOST_BUSES, draw_network, hours_of
from studies.report.figures.non_convexity import draw_non_convexity
from studies.report.figures.outage_limits import draw_limits, worth_of_limits
from studies.report.figures.price_duration import draw_duration, price_duration
from studies.report.figures.price_map import draw_price_map, transmission_prices
from studies.report.figures.reserves import draw_reserves, holders, reserve_prices
from studies.report.figures.style import Look, look_of
from studies.report.figures.voltage_map import draw_voltage_map, lowest_voltages
from studies.report.figures.waterfall import draw_waterfall
from studies.report.figures.welfare import draw_welfare_loss
from studies.report.rendering import Section
from studies.runs.by_rule import by_rule
from studies.runs.finished import Run, first_coordinated
from studies.runs.welfare_loss import welfare_loss


def of_all_designs(run: Run, name: str) -> pd.DataFrame:
    """One result table of every design, with the design's name in front."""
    tables = [run.table(design, name).assign(design=design) for design in run.designs]
    filled = [table for table in tables if len(table)]
    return pd.concat(filled or tables[:1], ignore_index=True)


def of_some_designs(run: Run, name: str) -> pd.DataFrame:
    """The same of a table that only some designs have; empty where none has it."""
    tables = [run.table(d, name).assign(design=d) for d in run.designs if run.has(d, name)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def sections(run: Run, every: slice) -> list[list[Section]]:
    """Figures that the run has numbers for, a list of each of `every` so many of the kinds."""
    look = look_of(list(run.designs), run.scenario.currency, run.scenario.hours)
    return [list(build(run, look)) for build in _IN_ORDER[every]]


def _welfare(run: Run, look: Look) -> Iterator[Section]:
    welfare = pd.Series({name: found.welfare_usd for name, found in run.designs.items()})
    caption = (
        "How much less welfare each design reaches than the best one; welfare is the value of "
        "what flexible consumers use, less the cost of production and of energy not served."
    )
    if len(welfare) > 1:
        figure = draw_welfare_loss(welfare_loss(welfare), look)
        yield Section("welfare", "Welfare loss against the best design", caption, figure)


def _waterfall(run: Run, look: Look) -> Iterator[Section]:
    """From the first design to the best one."""
    first = next(iter(run.designs))
    best = max(run.designs, key=lambda name: run.designs[name].welfare_usd)
    if best != first:
        caption = (
            f"What each group gains or loses when the market moves from {first} to {best}, the "
            "design with the most welfare, or between any two designs from the menu; the steps "
            "add up to the change of welfare."
        )
        split = of_all_designs(run, "welfare_split")
        figure = draw_waterfall(split, first, best, look)
        yield Section("waterfall", "Who gains, who loses", caption, figure)


def _incentives(run: Run, look: Look) -> Iterator[Section]:
    of_day = of_all_designs(run, "incentive_of_day")
    caption = (
        "What small generators and batteries gain over the day by offering power in the wholesale "
        "market: profit against the same day without such offers, the wholesale price less their "
        "offer price, and less the local price, on what they sold; below, who gains and who pays."
    )
    if len(of_day):
        figure = draw_incentives(of_day, look)
        yield Section("incentives", "What wholesale offers bring", caption, figure)


def _bills(run: Run, look: Look) -> Iterator[Section]:
    """Only where somebody pays a fee or a tariff."""
    yield from bill_sections(bill_tables_of(run), look)


def bill_tables_of(run: Run) -> BillTables:
    """The tables of bills and fees of a run."""
    statement, account = (of_some_designs(run, name) for name in ("statement", "grid_account"))
    return bill_tables(statement, account, run.scenario.transmission)


def _dispatch(run: Run, look: Look) -> Iterator[Section]:
    dispatch = of_all_designs(run, "dispatch")
    technology = {(g.area, g.generator): g.technology for g in run.scenario.generators}
    produced = production(dispatch, technology, run.scenario.transmission)
    caption = (
        "Who produces in each hour, in all areas together: light colours stand for plants in "
        "distribution, bars below zero for batteries that charge, the line for what consumers "
        "asked for."
    )
    figure = draw_dispatch(produced, consumption(dispatch), look)
    yield Section("dispatch", "Production by technology", caption, figure)


def _schedules(run: Run, look: Look) -> Iterator[Section]:
    caption = (
        "Power that flows from transmission into distribution under each design; choose a "
        "boundary from the menu."
    )
    yield from _of_boundaries(
        run, look, boundary_schedules, draw_schedules, ("schedules", "Boundary schedules", caption)
    )


def _boundary_prices(run: Run, look: Look) -> Iterator[Section]:
    caption = (
        "Price at the boundary bus in transmission under each design (the mean, where all are "
        "shown); a dotted line is the price that distribution sees where it differs, which "
        "means that the same energy is valued differently on both sides."
    )
    yield from _of_boundaries(
        run, look, boundary_prices, draw_prices, ("prices", "Boundary prices", caption)
    )


def _dc_lines(run: Run, look: Look) -> Iterator[Section]:
    caption = (
        "What DC lines carry under each design, below zero towards their from bus; what a line "
        "earns between the prices of its two buses is a rent of its operator."
    )
    flows = line_flows(run.scenario, of_all_designs(run, "dispatch"))
    if len(flows):
        yield Section("dc-lines", "Flows of DC lines", caption, draw_line_flows(flows, look))


def _of_boundaries(
    run: Run,
    look: Look,
    numbers: Callable[[pd.DataFrame], pd.DataFrame],
    draw: Callable[[pd.DataFrame, Look], go.Figure],
    words: tuple[str, str, str],
) -> Iterator[Section]:
    boundary = of_all_designs(run, "boundary")
    anchor, title, caption = words
    if boundary["boundary"].nunique() > MOST_BOUNDARIES:
        caption += f" The menu holds the {MOST_BOUNDARIES} with the greatest flows."
    if len(boundary):
        yield Section(anchor, title, caption, draw(numbers(boundary), look))


def _price_map(run: Run, look: Look) -> Iterator[Section]:
    prices = transmission_prices(of_all_designs(run, "lmp"), run.scenario.transmission)
    caption = (
        "Price of one more megawatt at each transmission bus and hour: equal colours from top "
        "to bottom mean that no line is congested. A price beyond the scale has its end colour."
    )
    if len(prices) < prices.index.get_level_values("design").nunique() * _transmission_buses(run):
        caption += " Only the buses whose price varies most are shown."
    if len(prices):
        figure = draw_price_map(prices, look)
        yield Section("price-map", "Prices in the transmission network", caption, figure)


def _network_map(run: Run, look: Look) -> Iterator[Section]:
    """Of the first design whose operators coordinate."""
    scenario, design = run.scenario, first_coordinated(run)
    network = scenario.area(scenario.transmission).network
    if len(network.buses) > MOST_BUSES:
        return
    hours = hours_of(run.table(design, "lmp"), run.table(design, "flow"), network)
    if hours.prices.empty:
        return
    fed: dict[str, list[str]] = {}
    for boundary in scenario.boundaries:
        fed.setdefault(boundary.transmission_bus, []).append(boundary.area)
    caption = (
        f"The transmission network under {design}: buses in the colour of their price, squares "
        "where a distribution area is fed, lines in the colour of their loading in the market; "
        "the slider chooses the hour. Places are those at which the lines are easiest to follow."
    )
    figure = draw_network(network, hours, fed, look)
    yield Section("network", "The network hour by hour", caption, figure)


def _price_duration(run: Run, look: Look) -> Iterator[Section]:
    prices = price_duration(of_all_designs(run, "lmp"), run.scenario.transmission)
    caption = (
        "How often a price is reached in transmission: all buses and hours of the day, the "
        "dearest first. A flat line is a day of one price; a steep left end are few dear hours."
    )
    if not prices.empty:
        yield Section("duration", "Price duration", caption, draw_duration(prices, look))


def _transmission_buses(run: Run) -> int:
    return len(run.scenario.area(run.scenario.transmission).network.buses)


def _area_surplus(run: Run, look: Look) -> Iterator[Section]:
    gained = of_all_designs(run, "area_surplus")
    if len(gained):
        yield Section("areas", *AREAS, draw_area_surplus(gained, look))


def _money(run: Run, look: Look) -> Iterator[Section]:
    flows = net_money(of_all_designs(run, "money"))
    caption = (
        f"Where the money of the day goes, in {look.currency}: from those who pay on the left to "
        "those who are paid on the right; a rent is what is left with an operator because prices "
        f"differ, grid fees are what it has of them. Payments are settled by {run.header.pricing}."
    )
    if len(flows):
        yield Section("money", "Where the money goes", caption, draw_money(flows, look))


def _non_convexity(run: Run, look: Look) -> Iterator[Section]:
    """Only where plants start and stop."""
    found = list(by_rule(run)) if run.scenario.commitments else []
    caption = (
        "What each party could earn more by another schedule at the prices, its lost opportunity "
        "cost, by the three rules that price plants which are on or off; diamonds are what makes "
        "plants whole that would lose. On the right, what each group gains or loses if payments "
        "are settled by another rule: make-whole payments, reserve and uplift included."
    )
    if found:
        figure = draw_non_convexity(found, look)
        title = "What starting and stopping costs, and who pays"
        yield Section("non-convexity", title, caption, figure)


def _outage_limits(run: Run, look: Look) -> Iterator[Section]:
    """Only where the market keeps to outages and some bind."""
    limits = of_some_designs(run, "outage_limit")
    worth = worth_of_limits(limits, run.scenario.hours) if len(limits) else limits
    caption = (
        "Branches that would be full after the outage of another one, and what their limits are "
        "worth: shadow price times flow, a part of the congestion rent. The dearest pairs alone."
    )
    if len(worth):
        title = "Outages that the market keeps to"
        yield Section("outage-limits", title, caption, draw_limits(worth, look))


def _reserves(run: Run, look: Look) -> Iterator[Section]:
    """Only where any is required."""
    reserve, held = (of_some_designs(run, name) for name in ("reserve", "reserve_held"))
    caption = (
        "What one more MW of each requirement costs, hour by hour, and who holds the reserve over "
        "the day. Assets in distribution hold it over their boundaries."
    )
    if len(reserve):
        upper, hours = run.scenario.transmission, run.scenario.hours
        figure = draw_reserves(reserve_prices(reserve), holders(held, reserve, upper, hours), look)
        yield Section("reserves", "Reserves", caption, figure)


def _voltages(run: Run, look: Look) -> Iterator[Section]:
    voltage = of_all_designs(run, "security_voltage")
    caption = (
        "Lowest voltage of each area in each hour, from an AC load flow at the cleared schedule."
    )
    if len(voltage):
        figure = draw_voltage_map(lowest_voltages(voltage), look)
        yield Section("voltages", "Lowest voltages", caption, figure)


def _outages(run: Run, look: Look) -> Iterator[Section]:
    """Only where outages have been analysed."""
    hours = of_some_designs(run, "contingency_hour")
    if len(hours):
        caption = (
            "What the outage of each branch and generator of transmission leaves in every cleared "
            "hour. The line counts outages that exceed a limit that is kept without outage."
        )
        yield Section("outages", "N-1 by hour", caption, draw_states(hours, look))
    for n, design in enumerate(hours["design"].unique() if len(hours) else ()):
        caption = (
            "Greatest loading of each branch over the day, in percent of its rating, after each "
            "outage; the fullest branches and the worst outages alone."
        )
        title = f"Line loading by outage: {design}"
        peak = run.table(design, "contingency_peak")
        if len(peak):
            yield Section(f"loading-{n}", title, caption, draw_peaks(peak))


def _margins(run: Run, look: Look) -> Iterator[Section]:
    """Only where margins have been looked for."""
    hours = of_some_designs(run, "margin_hour")
    if len(hours):
        caption = (
            "How far all load can grow in every cleared hour until voltages collapse or reactive "
            "limits leave no solution: lambda, and the load served beyond that of the hour."
        )
        yield Section("margins", "Voltage-stability margin", caption, draw_margins(hours, look))
    curve = of_some_designs(run, "margin_curve")
    if len(curve):
        caption = (
            "Voltage of the bus where it falls fastest in the end, one curve an hour, the first "
            "hours dark; the tip is the greatest loading."
        )
        yield Section("noses", "Nose curves by hour", caption, draw_noses(curve, look))


def _rounds(run: Run, look: Look) -> Iterator[Section]:
    states = rounds(of_all_designs(run, "round"))
    caption = (
        "How the operators come to agree: after each round, a proof of how far the schedule "
        "can be from the best one (left), and the two bounds that the proof rests on (right): "
        "no schedule is better than the dotted line, and the solid one is reached."
    )
    caption = f"{caption} {run.header.clock}".strip()
    if len(states):
        yield Section("rounds", "Convergence", caption, draw_rounds(states, look))


_IN_ORDER: Sequence[Callable[[Run, Look], Iterator[Section]]] = (  # of the report
    _welfare,
    _waterfall,
    _dispatch,
    _schedules,
    _boundary_prices,
    _dc_lines,
    _network_map,
    _price_map,
    _price_duration,
    _area_surplus,
    _incentives,
    _bills,
    _money,
    _non_convexity,
    _outage_limits,
    _reserves,
    _voltages,
    _outages,
    _margins,
    _rounds,
)
