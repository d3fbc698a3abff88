"""What each distribution area gains from the day, and what of it its operator keeps."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from studies.report.figures.style import Look, significant, styled

AREAS = (
    "Surplus of the distribution areas",
    "What each distribution area gains from the day, its consumers, resources and operator "
    "together: value to flexible consumers, less its own costs and what it pays for energy at "
    "the boundary. Below, the part of it that its operator keeps.",
)
COLUMNS = {"surplus_usd": "surplus of the area", "dso_usd": "its operator's account"}


def of_areas(area_surplus: pd.DataFrame, column: str) -> pd.DataFrame:
    """A column of the table, summed over the day ($), by area, one column per design."""
    wide = area_surplus.pivot_table(
        index="area", columns="design", values=column, aggfunc="sum", sort=False
    )
    return wide[list(area_surplus["design"].drop_duplicates())]


def draw_area_surplus(area_surplus: pd.DataFrame, look: Look) -> go.Figure:
    """Grouped bars, one group per area and one bar per design; the operator's part below."""
    figure = make_subplots(len(COLUMNS), 1, shared_xaxes=True, vertical_spacing=0.08)
    for row, (column, title) in enumerate(COLUMNS.items(), start=1):
        wide = of_areas(area_surplus, column)
        for design in wide.columns:
            figure.add_bar(
                x=[str(area) for area in wide.index],
                y=significant(wide[design]),
                name=str(design),
                legendgroup=str(design),
                showlegend=row == 1,
                marker_color=look.colours[str(design)],
                row=row,
                col=1,
            )
        figure.update_yaxes(title_text=f"{title}, {look.currency}", row=row, col=1)
    styled(figure, 620, barmode="group", bargap=0.25)
    figure.update_xaxes(type="category")
    return figure.update_xaxes(title_text="distribution area", row=len(COLUMNS), col=1)
