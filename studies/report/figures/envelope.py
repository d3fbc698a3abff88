"""What resources of an area may inject and withdraw over the day, and what they could."""

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.style import Look, significant, styled

COULD = "#9aa5b1"


def draw_envelope(limits: pd.DataFrame, look: Look) -> go.Figure:
    """Bands of all resources together: export above zero, import below; dotted what they could."""
    (colour,) = look.colours.values()
    total = limits.groupby("period")[
        ["export_mw", "import_mw", "could_export_mw", "could_import_mw"]
    ].sum()
    figure = go.Figure()
    for name, words in (("export_mw", "may inject"), ("import_mw", "may withdraw")):
        sign = 1.0 if name == "export_mw" else -1.0
        figure.add_bar(
            x=list(total.index), y=significant(sign * total[name]), name=words, width=0.8,
            marker_color=colour, opacity=1.0 if sign > 0 else 0.55,
        )  # fmt: skip
        figure.add_scatter(
            x=list(total.index), y=significant(sign * total[f"could_{name}"]), mode="lines",
            name=words.replace("may", "could"),
            line={"shape": "hvh", "dash": "dot", "color": COULD},
        )  # fmt: skip
    figure = styled(figure, 460, barmode="relative")
    figure.update_xaxes(**look.time_axis)
    return figure.update_yaxes(title_text="all resources, MW")
