"""Flows of DC lines over the day, one line at a time."""

import pandas as pd
import plotly.graph_objects as go

from scenarios.names import joined
from scenarios.results import DC_LINE
from scenarios.scenario import Scenario
from studies.report.figures.boundary import draw_schedules
from studies.report.figures.style import Look


def line_flows(scenario: Scenario, dispatch: pd.DataFrame) -> pd.DataFrame:
    """What leaves the from bus of every line (MW), by design, line and period."""
    starts = {(k.area, k.dc_line, k.from_bus) for k in scenario.dc_lines}
    own = dispatch[dispatch["kind"] == DC_LINE]
    keys = pd.MultiIndex.from_frame(own[["area", "asset", "bus"]])
    sent = own[keys.isin(list(starts))]
    names = [joined(*pair) for pair in zip(sent["area"], sent["asset"], strict=True)]
    flows = sent.assign(boundary=names, p_mw=-sent["p_mw"])
    return flows[["design", "boundary", "period", "p_mw"]]


def draw_line_flows(flows: pd.DataFrame, look: Look) -> go.Figure:
    """A line per design; the menu chooses the DC line."""
    return draw_schedules(flows, look, "power that leaves the from bus, MW")
