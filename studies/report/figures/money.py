"""Where the money goes: from consumers over the operators to producers and rents."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from studies.report.figures.style import PALETTE, Look, significant, styled

DSOS = "DSOs"
LEFT, RIGHT = 0.001, 0.999  # of the width and height; 0 and 1 would not be placed
_PAIR = ["design", "from_group", "to_group"]


def net_money(money: pd.DataFrame) -> pd.DataFrame:
    """Net money of the day ($) from group to group by design, all DSOs as one group.

    Of two groups that pay each other, the one that pays more is the payer.
    """
    merged = money.assign(
        from_group=money["from_group"].map(_merged), to_group=money["to_group"].map(_merged)
    )
    turned = merged["from_group"] > merged["to_group"]
    ends = pd.DataFrame(
        {
            "design": merged["design"],
            "from_group": merged["from_group"].mask(turned, merged["to_group"]),
            "to_group": merged["to_group"].mask(turned, merged["from_group"]),
            "amount_usd": merged["amount_usd"].mask(turned, -merged["amount_usd"]),
        }
    )
    net: pd.DataFrame = ends.groupby(_PAIR, sort=False, as_index=False)[["amount_usd"]].sum()
    net = net[net["amount_usd"] != 0]
    back = net["amount_usd"] < 0
    return net.assign(
        from_group=net["from_group"].mask(back, net["to_group"]),
        to_group=net["to_group"].mask(back, net["from_group"]),
        amount_usd=net["amount_usd"].abs(),
    )


def _merged(group: str) -> str:
    return DSOS if group.startswith("DSO ") else group


def draw_money(flows: pd.DataFrame, look: Look) -> go.Figure:
    """One flow diagram per design, below each other."""
    designs = list(flows["design"].unique())
    figure = make_subplots(
        len(designs),
        1,
        specs=[[{"type": "domain"}]] * len(designs),
        subplot_titles=designs,
        vertical_spacing=0.2 / len(designs),
    )
    groups = sorted({*flows["from_group"], *flows["to_group"]})
    across = _across(flows)
    for n, design in enumerate(designs, start=1):
        own = flows[flows["design"] == design]
        diagram = _diagram(own, groups, across)
        diagram.valuesuffix = f" {look.currency}"
        figure.add_trace(diagram, row=n, col=1)
    return styled(figure, 40 + 280 * len(designs), top=34)


def short(amount: float) -> str:
    """An amount in three digits, with k for thousands and M for millions.

    >>> short(3102698.0), short(351.0)
    ('3.1 M', '351')
    """
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if amount >= size:
            return f"{amount / size:.3g}{letter}"
    return f"{amount:.3g}"


def _diagram(own: pd.DataFrame, groups: list[str], across: dict[str, float]) -> go.Sankey:
    present = [g for g in groups if g in set(own["from_group"]) | set(own["to_group"])]
    place = {group: n for n, group in enumerate(present)}
    colours = [PALETTE[groups.index(g) % len(PALETTE)] for g in present]
    sums = pd.concat(
        [own.groupby(end)["amount_usd"].sum() for end in ("from_group", "to_group")], axis=1
    ).max(axis=1)
    return go.Sankey(
        arrangement="snap",
        node={
            "label": [f"{g}  {short(sums[g])}" for g in present],
            "color": colours,
            "x": [across[g] for g in present],
            "y": _heights(present, across, sums),
            "pad": 14,
            "thickness": 16,
            "line": {"width": 0},
        },
        link={
            "source": [place[g] for g in own["from_group"]],
            "target": [place[g] for g in own["to_group"]],
            "value": significant(own["amount_usd"], 9),
            "color": "rgba(123, 135, 148, 0.28)",
        },
        valueformat=",.2f",
    )


def _across(flows: pd.DataFrame) -> dict[str, float]:
    """Place of each group from left (who only pays) to right (who is only paid), in all designs."""
    payers, paid = set(flows["from_group"]), set(flows["to_group"])
    between = sorted(payers & paid)
    steps = {g: LEFT + (RIGHT - LEFT) * n / (len(between) + 1) for n, g in enumerate(between, 1)}
    return steps | dict.fromkeys(payers - paid, LEFT) | dict.fromkeys(paid - payers, RIGHT)


def _heights(present: list[str], across: dict[str, float], sums: pd.Series) -> list[float]:
    """Middle of each group's box, from above; groups of a column in the order of all designs."""
    total = {x: sum(sums[g] for g in present if across[g] == x) for x in across.values()}
    above = dict.fromkeys(total, 0.0)
    found = []
    for group in present:
        x = across[group]
        share = sums[group] / total[x]
        found.append(min(max(above[x] + share / 2, LEFT), RIGHT))
        above[x] += share
    return found
