"""Lowest voltage of every area over the day, by load flow."""

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.day_map import Scale, draw_day_maps
from studies.report.figures.style import Look

SHOWN = (0.9, 1.0)  # p.u.: the range that the colours tell apart at least


def lowest_voltages(voltage: pd.DataFrame) -> pd.DataFrame:
    """Lowest voltage (p.u.) by (design, area), one column per period."""
    areas = voltage["area"].drop_duplicates()
    designs = voltage["design"].drop_duplicates()
    wide = voltage.pivot_table(
        index=["design", "area"], columns="period", values="v_pu", aggfunc="min"
    )
    return wide.reindex(pd.MultiIndex.from_product([designs, areas], names=["design", "area"]))


def draw_voltage_map(lowest: pd.DataFrame, look: Look) -> go.Figure:
    """A heat map per design, all with one colour scale."""
    low = min(SHOWN[0], float(lowest.min().min()))
    high = max(SHOWN[1], float(lowest.max().max()))
    scale = Scale("RdYlBu", low, high, "p.u.", digits=4)
    return draw_day_maps(lowest, look, "area", scale, row_height=22)
