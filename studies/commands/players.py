"""Who plays, as the command line names them: owners, distribution operators, local resources."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated

import typer

from scenarios.findings import Finding, InvalidInput
from scenarios.names import joined
from scenarios.scenario import Scenario
from studies.analyses.equilibrium import Markup, Owner, Understated, Wholesale, Withheld
from studies.analyses.equilibrium.day import Assets
from studies.analyses.equilibrium.moves import Move
from studies.study.table_keys import unknown_name
from studies.sweep.value_lists import values_of

OWNER, AREA, DER = "--owner", "--area", "--der"
MARKUP, WITHHELD = "--markup", "--withheld"
UNDERSTATED, WHOLESALE = "--understated", "--wholesale"
LIMITS = {WITHHELD: (0.0, 100.0), WHOLESALE: (0.0, 100.0), UNDERSTATED: (-100.0, 100.0)}

Owners = Annotated[
    list[str] | None,
    typer.Option(OWNER, metavar="[NAME=]AREA/GEN,...", help="Owner of one or more generators."),
]
Areas = Annotated[
    list[str] | None, typer.Option(AREA, metavar="NAME", help="Distribution operator that plays.")
]
Ders = Annotated[
    list[str] | None,
    typer.Option(DER, metavar="AREA/NAME", help="Local generator or battery with two markets."),
]
Markups = Annotated[
    str | None,
    typer.Option(MARKUP, metavar="VALUES", help="Owners choose $/MWh beyond cost: 0:40:5."),
]
Shares = Annotated[
    str, typer.Option(metavar="VALUES", help="Percent that a local resource sells wholesale.")
]
Understatements = Annotated[
    str, typer.Option(metavar="VALUES", help="Percent of load that a DSO leaves out.")
]
WithheldShares = Annotated[
    str, typer.Option(metavar="VALUES", help="Percent of capacity that owners keep back.")
]
Known = Mapping[str, tuple[str, str]]


def players(
    scenario: Scenario,
    owners: Sequence[str] | None,
    areas: Sequence[str] | None = None,
    ders: Sequence[str] | None = None,
    markup: str | None = None,
    withheld: str = "0:50:10",
    understated: str = "0:30:5",
    wholesale: str = "0:100:25",
) -> list[Owner]:
    """All who play, with their choices; raises InvalidInput with all that is wrong with them."""
    units = {joined(g.area, g.generator): (g.area, g.generator) for g in scenario.generators}
    stores = {joined(s.area, s.storage): (s.area, s.storage) for s in scenario.storage}
    local = {text: key for text, key in {**units, **stores}.items() if key[0] in
             scenario.distribution}  # fmt: skip
    named = [_split(text) for text in owners or ()]
    findings = [
        *(one for _, texts in named for one in _unknown(OWNER, "generator", texts, units)),
        *_unknown(AREA, "distribution area", areas or (), scenario.distribution),
        *_unknown(DER, "local generator or battery", ders or (), local),
    ]
    if findings:
        raise InvalidInput("the command", findings)
    asked = _choices(WITHHELD, withheld) if markup is None else _choices(MARKUP, markup)
    move: Callable[[Assets], Move] = Withheld if markup is None else Markup
    found = [
        *(Owner(name, move(frozenset(units[t] for t in texts)), asked) for name, texts in named),
        *(Owner(area, Understated(area), _choices(UNDERSTATED, understated))
          for area in areas or ()),
        *(Owner(text, Wholesale(frozenset({local[text]})), _choices(WHOLESALE, wholesale))
          for text in ders or ()),
    ]  # fmt: skip
    _refuse_twice(found)
    return found


def _split(text: str) -> tuple[str, list[str]]:
    """Name of an owner and what it owns; without a name, what it owns."""
    name, equals, owned = text.partition("=")
    return name, [part.strip() for part in (owned if equals else text).split(",")]


def _unknown(
    option: str, kind: str, texts: Sequence[str], known: Sequence[str] | Known
) -> Iterator[Finding]:
    yield from (unknown_name(option, kind, text, known) for text in texts if text not in known)


def _choices(option: str, text: str) -> tuple[float, ...]:
    values = tuple(float(v) for v in values_of(option, text, float))
    low, high = LIMITS.get(option, (float("-inf"), float("inf")))
    if wrong := [v for v in values if not low <= v <= high]:
        finding = Finding(
            option, f"{wrong[0]:g} is no choice", f"write {low:g} to {high:g} percent"
        )
        raise InvalidInput("the command", [finding])
    return values


def _refuse_twice(found: Sequence[Owner]) -> None:
    """One who plays has one name, and no generator has two owners."""
    names = [owner.name for owner in found]
    owned = [key for owner in found for key in getattr(owner.move, "assets", ())]
    findings = [
        *(Finding(f"player {name!r}", "it is there twice", "name it once")
          for name in dict.fromkeys(names) if names.count(name) > 1),
        *(Finding(f"asset {joined(*key)!r}", "two players have it", "give it to one")
          for key in dict.fromkeys(owned) if owned.count(key) > 1),
    ]  # fmt: skip
    if findings:
        raise InvalidInput("the command", findings)
