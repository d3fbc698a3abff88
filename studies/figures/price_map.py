"""Prices at the transmission buses over the day."""

import pandas as pd
import plotly.graph_objects as go

from studies.figures.columns import rows_of, side_by_side
from studies.figures.style import Look, significant, styled

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
    designs = list(prices.index.get_level_values("design").unique())
    tall = min(640, 120 + 18 * len(prices.loc[designs[0]])) * rows_of(designs)
    figure, places = side_by_side(designs, tall, look, "transmission bus")
    for design, row, column in places:
        own = prices.loc[design]
        figure.add_trace(
            go.Heatmap(
                x=list(own.columns),
                y=[str(bus) for bus in own.index],
                z=[significant(line) for line in own.to_numpy()],
                coloraxis="coloraxis",
                hovertemplate=f"bus %{{y}}, %{{x}}: %{{z:.2f}} {look.price}<extra></extra>",
            ),
            row=row,
            col=column,
        )
    low, high = colour_limits(pd.Series(prices.to_numpy().ravel()))
    scale = {
        "colorscale": "YlGnBu",
        "cmin": low,
        "cmax": high,
        "colorbar": {
            "title": {"text": look.price, "side": "right", "font": {"size": 13}},
            "thickness": 14,
        },
    }
    figure = styled(figure, tall, top=34, coloraxis=scale)
    return figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
