"""Where owners who play end, design by design, as tables and as a page."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa

from scenarios.quantity import to_table
from scenarios.scenario import Scenario
from studies.analyses.equilibrium.found import ChoiceMade, Equilibrium
from studies.analyses.equilibrium.play import Played
from studies.report.figures.equilibrium import draw_choices
from studies.report.figures.measures import draw_measures
from studies.report.figures.style import Look, look_of
from studies.report.rendering import Section, drawing_library, html_of, rendered
from studies.runs.run_folder import new_folder, write_frames

ENDS = {
    "settled": "nobody gains by another choice",
    "cycle": "choices come back: figures are means over the cycle",
    "out_of_rounds": "not settled: rounds ran out",
}


def tables(played: Played) -> dict[str, pa.Table]:
    """Tables `equilibrium`, a row for each design, and `choice`, one for each round and owner."""
    return {
        "equilibrium": to_table(played.equilibria, Equilibrium),
        "choice": to_table(played.choices, ChoiceMade),
    }


def write_equilibrium(scenario: Scenario, name: str, played: Played, out: Path | None) -> Path:
    """Write both tables as Parquet and CSV, and a page; gives the new folder.

    The folder is `out`, or the next free one of `runs/NAME-equilibrium`, ...
    """
    frames = {name: table.to_pandas() for name, table in tables(played).items()}
    with new_folder(out, f"{name}-equilibrium") as (part, target):
        write_frames(part, frames)
        page = _page(scenario, name, played, frames)
        (part / "equilibrium.html").write_text(page, encoding="utf-8")
    return target


def _page(scenario: Scenario, name: str, played: Played, frames: dict[str, pd.DataFrame]) -> str:
    names = [one.design for one in played.equilibria]
    look = look_of(names, scenario.currency, scenario.hours)
    return rendered(
        "equilibrium.html",
        name=name,
        look=look,
        rows=played.equilibria,
        ends=ENDS,
        failed={design: str(error) for design, error in played.failed.items()},
        drawn=[(section, html_of(section)) for section in _sections(frames, look)],
        plotly=drawing_library(),
    )


def _sections(frames: dict[str, pd.DataFrame], look: Look) -> Iterator[Section]:
    """What playing does, and who chose what on the way."""
    money = look.currency
    titles = {
        "transfer_usd": f"consumers pay more, {money}",
        "operators_usd": f"operators pay more, {money}",
        "gain_usd": f"players gain, {money}",
        "welfare_lost_usd": f"welfare lost, {money}",
    }
    caption = (
        "Against the day on which all are truthful: the shorter the bars, the less room a design "
        "leaves for market power. What operators pay more, such as for redispatch, comes to "
        "consumers in the end; what players do not gain of all that, others do."
    )
    ends = frames["equilibrium"].set_index("design")
    yield Section("room", "Room for market power", caption, draw_measures(ends, titles, look))
    caption = "What each owner has chosen after every round; 0 is the truth."
    yield Section("choices", "Choices", caption, draw_choices(frames["choice"], look))
