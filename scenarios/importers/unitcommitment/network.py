"""Buses with their loads, lines, and outages of lines."""

from collections.abc import Iterator, Sequence

from scenarios.importers.json_rows import Values
from scenarios.records import PQ, SLACK, Branch, Bus, Load, Outage

AREA = "T"
X_PU = 0.1  # of branches that stand for no network at all, and have no limit
ENOUGH_MW = 1e7  # a limit beyond is none


def buses_of(
    held: Values, periods: int, profiles: dict[str, list[float]]
) -> tuple[list[Bus], list[Load]]:
    """Buses, the first of which is the slack, and their loads; adds the loads' profiles."""
    buses: list[Bus] = []
    loads: list[Load] = []
    for name, row in held.named("Buses").items():
        kind = PQ if buses else SLACK
        buses.append(Bus(AREA, name, 1.0, 0.9, 1.1, kind=kind))
        power = row.series("Load (MW)", periods)
        if any(power):
            profiles[f"load {name}"] = power
            loads.append(Load(AREA, name, name, 1.0, profile=f"load {name}"))
    if not buses:
        held.refuse("it has no bus", "name buses under 'Buses'")
    return buses, loads


def lines_of(held: Values, buses: Sequence[str]) -> list[Branch]:
    """Lines; where there are none, branches without limits from the first bus to all others."""
    named = held.named("Transmission lines")
    if named:
        return [_line(name, row) for name, row in named.items()]
    return [Branch(AREA, f"as one {bus}", buses[0], bus, 0.0, X_PU) for bus in buses[1:]]


def _line(name: str, row: Values) -> Branch:
    """A line; flows depend on how susceptances are to each other, so their unit is of no matter."""
    siemens = row.number("Susceptance (S)")
    if siemens == 0.0:
        row.refuse("its susceptance is 0", "give 'Susceptance (S)' other than 0, or drop the line")
    limits = [row.constant(f"{word} flow limit (MW)") for word in ("Normal", "Emergency")]
    every_day, after_outage = (None if mw is None or mw >= ENOUGH_MW else mw for mw in limits)
    return Branch(
        AREA,
        name,
        row.text("Source bus"),
        row.text("Target bus"),
        0.0,
        1.0 / siemens if siemens else X_PU,
        rating_mva=every_day,
        emergency_mva=after_outage,
    )


def outages_of(held: Values, lines: Sequence[Branch]) -> list[Outage]:
    """The lines that may be lost, one at a time."""
    known = {line.branch for line in lines}
    return list(dict.fromkeys(_outages(held, known)))


def _outages(held: Values, known: set[str]) -> Iterator[Outage]:
    for row in held.named("Contingencies").values():
        lost = row.list_of_texts("Affected lines")
        if row.list_of_texts("Affected units") or len(lost) != 1:
            row.refuse("it is not the loss of one line", "name one line, and no unit")
        for line in lost[:1]:
            if line in known:
                yield Outage(AREA, line)
            else:
                row.refuse(f"there is no line {line!r}", "name a line of 'Transmission lines'")
