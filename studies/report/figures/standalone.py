"""Figures on a page that needs no network."""

import plotly.graph_objects as go

from studies.report.page import drawing_library

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<script>{library}</script></head>
<body style="font-family: sans-serif; margin: 24px; max-width: 1100px"><h1>{title}</h1>
<p>{caption}</p>
{figures}</body></html>
"""


def standalone(title: str, caption: str, *figures: go.Figure) -> str:
    """The page of some figures below each other."""
    drawn = (
        f.to_html(full_html=False, include_plotlyjs=False, config={"displaylogo": False})
        for f in figures
    )
    return PAGE.format(
        title=title, caption=caption, library=drawing_library(), figures="\n".join(drawn)
    )
