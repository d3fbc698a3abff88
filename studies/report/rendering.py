"""HTML of templates and figures: pages that need nothing else, and the same for the same input."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
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
    pages.filters |= {"coded": coded, "cents": cents, "why": why}
    return pages.get_template(template).render(**values)


def coded(text: str) -> Markup:
    """The text with what stands between backticks as code.

    >>> coded("`tandem run` is < 1 s")
    Markup('<code>tandem run</code> is &lt; 1 s')
    """
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def cents(amount: float) -> str:
    """An amount to the cent; next to nothing has no sign.

    >>> cents(-0.001), cents(-1234.5)
    ('0.00', '-1,234.50')
    """
    return f"{round(amount, 2) + 0.0:,.2f}"


def why(row: Mapping[str, Any]) -> str:
    """Why a row of a sweep or a horizon is not as asked, where that is known."""
    told: str = row["error"] or row["checks_failed"]
    if row["status"] == "ok but not secure" and row.get("periods_violated") is not None:
        return (
            f"AC load flows exceed limits in {row['periods_violated']:.0f} periods, "
            f"{row['periods_unsolved']:.0f} have none"
        )
    if told or row["status"] != "scarcity":
        return told
    return f"{row['unserved_mwh']:.3f} MWh not served, {row['spilled_mwh']:.3f} MWh spilled"


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
