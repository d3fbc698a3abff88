"""A bid curve over boundary power, one period at a time before all others."""

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.style import Look, significant, styled

OTHERS = "#c9d1da"
MARGIN = 0.06  # of a range, on both sides
PRICES = ["price_from_usd_per_mwh", "price_to_usd_per_mwh"]


def draw_bid_curve(curve: pd.DataFrame, limits: tuple[float, float], look: Look) -> go.Figure:
    """A line per period; the slider chooses the one that stands out.

    `limits` are the prices ($/MWh) of spilled and of unserved energy: segments at these prices
    leave the scales of the axes to the others.
    """
    (colour,) = look.colours.values()
    periods = list(curve["period"].unique())
    quiet = [_line(curve, p, OTHERS, 1.0, look) for p in periods]
    chosen = [_line(curve, p, colour, 3.0, look) for p in periods]
    first = len(periods) // 2
    for n, line in enumerate(chosen):
        line.visible = n == first
    figure = styled(go.Figure([*quiet, *chosen]), 560, top=20, showlegend=False)
    figure.update_layout(sliders=[_slider(periods, first, look)], margin_b=130)
    shown = between(curve, limits)
    figure.update_xaxes(
        title_text="power into the area, MW", range=_around(shown, ["from_mw", "to_mw"])
    )
    return figure.update_yaxes(
        title_text=f"worth of one more MW, {look.price}", range=_around(shown, PRICES)
    )


def between(curve: pd.DataFrame, limits: tuple[float, float]) -> pd.DataFrame:
    """Segments with prices ($/MWh) strictly between the limits; all where there are none."""
    low, high = limits
    near = 1e-6 * (high - low)
    inside = ((curve[PRICES] > low + near) & (curve[PRICES] < high - near)).all(axis=1)
    return curve[inside] if inside.any() else curve


def _around(segments: pd.DataFrame, columns: list[str]) -> list[float]:
    """Range of all values of the columns, and a margin."""
    least, most = segments[columns].to_numpy().min(), segments[columns].to_numpy().max()
    margin = MARGIN * (most - least) or 1.0
    return [float(least - margin), float(most + margin)]


def _line(curve: pd.DataFrame, period: int, colour: str, width: float, look: Look) -> go.Scatter:
    own = curve[curve["period"] == period]
    power = own[["from_mw", "to_mw"]].to_numpy().ravel()
    price = own[PRICES].to_numpy().ravel()
    return go.Scatter(
        x=significant(power),
        y=significant(price),
        name=f"{look.time} {period}",
        mode="lines",
        line={"color": colour, "width": width, "shape": "linear"},
        hovertemplate=f"%{{x:.3f}} MW, %{{y:.2f}} {look.price}<extra>{period}</extra>",
    )


def _slider(periods: list[int], first: int, look: Look) -> dict[str, object]:
    shown = len(periods)
    steps = [
        {
            "label": str(period),
            "method": "restyle",
            "args": [{"visible": [True] * shown + [k == n for k in range(shown)]}],
        }
        for n, period in enumerate(periods)
    ]
    now = {"prefix": f"{look.time}: ", "font": {"size": 14}}
    return {"active": first, "steps": steps, "currentvalue": now, "pad": {"t": 50}}
