"""Prices at the transmission buses over the day."""

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.day_map import Scale, draw_day_maps
from studies.report.figures.style import Look

MOST_BUSES = 150  # more rows than this cannot be told apart on a page


def transmission_prices(lmp: pd.DataFrame, area: str, most: int = MOST_BUSES) -> pd.DataFrame:
    """LMP ($/MWh) of the area by (design, bus), one column per period.

    Of a larger network, those `most` buses whose price varies most.
    """
    own = lmp[lmp["area"] == area]
    order = own["bus"].drop_duplicates()
    by_bus = own.groupby("bus")["lmp_usd_per_mwh"]
    spread = (by_bus.max() - by_bus.min()).nlargest(most)
    kept = [bus for bus in order if bus in spread.index]
    wide = own.pivot_table(index=["design", "bus"], columns="period", values="lmp_usd_per_mwh")
    designs = own["design"].drop_duplicates()
    return wide.reindex(pd.MultiIndex.from_product([designs, kept], names=["design", "bus"]))


def colour_limits(prices: pd.Series) -> tuple[float, float]:
    """Lowest and highest price ($/MWh) that the colours tell apart, so that no spike hides the day.

    J. W. Tukey, "Exploratory Data Analysis", 1977: beyond three times the spread of the middle
    half, a value is far out.
    """
    first, third = (float(prices.quantile(q)) for q in (0.25, 0.75))
    fence = 3.0 * (third - first)
    low, high = max(prices.min(), first - fence), min(prices.max(), third + fence)
    return (low, high) if high - low > 1.0 else (low - 0.5, high + 0.5)


def draw_price_map(prices: pd.DataFrame, look: Look) -> go.Figure:
    """A heat map per design, all with one colour scale."""
    low, high = colour_limits(pd.Series(prices.to_numpy().ravel()))
    scale = Scale("YlGnBu", low, high, look.price, digits=2)
    return draw_day_maps(prices, look, "transmission bus", scale, row_height=18)
