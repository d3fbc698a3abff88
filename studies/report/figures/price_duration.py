"""How often a price is exceeded: all buses and hours of transmission, the dearest first."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.style import Look, significant, styled

POINTS = 201


def price_duration(lmp: pd.DataFrame, area: str) -> pd.DataFrame:
    """Price ($/MWh) that is reached in a share (%) of buses and hours, one column per design."""
    own = lmp[lmp["area"] == area]
    share = np.linspace(0.0, 1.0, POINTS)
    columns = {
        str(design): np.quantile(prices.to_numpy(dtype=float), 1 - share)
        for design, prices in own.groupby("design", sort=False)["lmp_usd_per_mwh"]
    }
    return pd.DataFrame(columns, index=pd.Index(100 * share, name="share"))


def draw_duration(prices: pd.DataFrame, look: Look) -> go.Figure:
    """A falling line per design."""
    lines = [
        go.Scatter(
            x=significant(prices.index, 4),
            y=significant(prices[design]),
            name=str(design),
            mode="lines",
            line=look.line(str(design), width=2),
        )
        for design in prices.columns
    ]
    figure = styled(go.Figure(lines), 380)
    figure.update_xaxes(title_text="share of buses and hours with at least this price, %")
    return figure.update_yaxes(title_text=f"price, {look.price}")
