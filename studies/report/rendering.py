"""HTML of templates and figures: pages that need nothing else, and the same for the same input."""

import re
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

CONFIG = {"displaylogo": False, "responsive": True, "displayModeBar": False}


@dataclass(frozen=True)
class Section:
    """One figure: `key` is its place on the page, `caption` says what is seen."""

    key: str
    title: str
    caption: str
    figure: go.Figure


def rendered(template: str, package: str = "studies.report", **values: Any) -> str:
    """HTML of a template of a package, which may include those of the report."""
    loaders = [PackageLoader(name) for name in dict.fromkeys((package, "studies.report"))]
    pages = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template(template).render(**values)


def html_of(section: Section) -> Markup:
    """The section's figure as a fragment of HTML that expects plotly.js on the page."""
    drawn = section.figure.to_html(
        full_html=False, include_plotlyjs=False, config=CONFIG, div_id=f"{section.key}-figure"
    )
    return Markup('<div class="figure">{}</div>').format(Markup(drawn))


def drawing_library() -> Markup:
    """Source of plotly.js without the links in its credits of map services, which are not used."""
    return Markup(re.sub(r"href=(\\?[\"'])https?://[^\"'\\]*", r"href=\1#", get_plotlyjs()))


def figure_page(kicker: str, section: Section) -> str:
    """One section as a page of its own."""
    return rendered(
        "figure.html",
        kicker=kicker,
        section=section,
        html=html_of(section),
        plotly=drawing_library(),
    )
