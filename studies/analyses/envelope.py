"""The operating envelope of one area: within what its resources may do as they like."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from market.operators.envelope import Envelope, SafeRanges, Sharing
from market.operators.resources import Resource, resources
from scenarios.quantity import label, quantity, to_table
from scenarios.results import GENERATOR
from scenarios.scenario import Scenario
from studies.analyses.of_one_area import area_named, write_area
from studies.report.figures.envelope import draw_envelope
from studies.report.figures.style import look_of
from studies.report.rendering import Section, figure_page

CAPTION = (
    "What all resources of the area may inject and withdraw at once, each within its own limits in "
    "the table: whatever each does, ratings and voltages hold. Dotted, what they could do."
)


@dataclass(frozen=True, slots=True)
class EnvelopeLimit:
    """Within what one resource may inject and withdraw in one period, whatever the others do."""

    period: int = label("period, from 1", key=True)
    kind: str = label("kind of resource", key=True)
    resource: str = label("name of the resource", key=True)
    bus: str = label("bus of the resource")
    import_mw: float = quantity("MW", "most that it may withdraw; negative where it must inject")
    export_mw: float = quantity("MW", "most that it may inject; negative where it must withdraw")
    could_import_mw: float = quantity("MW", "most that it could withdraw")
    could_export_mw: float = quantity("MW", "most that it could inject")
    q_mvar: float | None = quantity("Mvar", "reactive set-point; null where it has none")
    beyond: float = quantity(
        "", "how far (MVA or p.u. squared) limits are broken even if nothing moves; 0 where safe"
    )


def envelope_of(scenario: Scenario, area: str, sharing: Sharing) -> pa.Table:
    """Limits of all resources of an area, in the order of period and table.

    Raises `InvalidInput` where the scenario has no such area or it is not radial, and
    `SolveFailed`.
    """
    view = area_named(scenario, area)
    found = SafeRanges(sharing).of(view)
    held = resources(view)
    rows = [row for t in range(len(view.hours)) for row in _limits(found, held, t)]
    return to_table(rows, EnvelopeLimit)


def _limits(
    found: Envelope, held: dict[tuple[str, str], Resource], t: int
) -> Iterator[EnvelopeLimit]:
    for (kind, name), resource in held.items():
        least, most = found.ranges[kind, name]
        q = found.q_mvar.get(name) if kind == GENERATOR else None
        yield EnvelopeLimit(
            t + 1,
            kind,
            name,
            resource.bus,
            float(0.0 - least[t]),
            float(most[t]),
            float(0.0 - resource.least[t]),
            float(resource.most[t]),
            None if q is None else float(q[t]),
            float(found.beyond[t]),
        )


def write_envelope(scenario: Scenario, area: str, limits: pa.Table, out: Path | None) -> Path:
    """Write the limits as Parquet, as CSV and as a page with a figure; gives the new folder.

    The folder is `out`, or the next free one of `runs/envelope-AREA`, ...
    """
    look = look_of([area], scenario.currency, scenario.hours)
    section = Section(
        "envelope", f"Envelope of {area}", CAPTION, draw_envelope(limits.to_pandas(), look)
    )
    page = figure_page(scenario.name, section)
    return write_area("envelope", area, "envelope", limits, page, out)
