"""A scenario whose margin is sought in another direction, or with other feeders."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from scenarios.findings import Finding, InvalidInput
from scenarios.names import joined
from scenarios.scenario import Scenario
from scenarios.variants.feeders import TRANSFORMER, Held, with_resistance, with_transformers
from scenarios.variants.generation import Place, Plant, ReactiveMode, with_plants
from security.continuation.direction import Direction, demand_places
from security.continuation.direction import Place as Named
from security.continuation.loaded import Loaded
from security.continuation.margin import Margin, Method, margin_of, margin_with_taps
from security.continuation.plain import PlainCurve
from security.continuation.tap_changer import TapChanger
from security.coordinated.boundary_iteration import Operators
from studies.study.table_keys import unknown_name

SLACK = "slack"


@dataclass(frozen=True)
class Variation:
    """What grows with lambda, and what is changed in all feeders before.

    `grow` and `pickup` are texts AREA, AREA/NAME or either with =K: loads that grow, generators
    that pick up, in place of all loads and all generators of transmission; `slack` is the slack
    bus alone. `rx` is a factor on R/X, `transformer` a reactance (p.u. of the feeder's load)
    between boundary bus and feeder, with a tap changer where `taps`; `plant` is the share of a
    feeder's load that one plant gives.
    """

    grow: Sequence[str] = ()
    pickup: Sequence[str] = ()
    rx: float | None = None
    held: Held = "x"
    transformer: float | None = None
    taps: bool = False
    plant: float | None = None
    plant_at: Place = "end"
    plant_q: ReactiveMode = "unity"

    def __post_init__(self) -> None:
        """Raise InvalidInput with all values that cannot be."""
        sizes = {"--rx": self.rx, "--transformer": self.transformer, "--plant": self.plant}
        findings = [
            Finding(option, f"it is {value:g}", "use a number above 0")
            for option, value in sizes.items()
            if value is not None and not 0 < value < float("inf")
        ]
        if self.taps and self.transformer is None:
            cure = "add --transformer X, or leave it out"
            findings.append(Finding("--taps", "there is no transformer to tap", cure))
        if findings:
            raise InvalidInput("the command", findings)

    @property
    def is_any(self) -> bool:
        """Whether anything is asked for."""
        return self != Variation()

    def scenario(self, read: Scenario) -> Scenario:
        """The scenario with its feeders changed."""
        changed = read
        if self.rx is not None:
            changed = with_resistance(changed, self.rx, self.held)
        if self.plant is not None:
            plant = Plant(self.plant, self.plant_at, self.plant_q)
            changed = with_plants(changed, plant)
        if self.transformer is not None:
            changed = with_transformers(changed, self.transformer)
        return changed

    def direction(self, scenario: Scenario) -> Direction:
        """How loads and generators grow; raises InvalidInput with every unknown name."""
        findings: list[Finding] = []
        loads = self._factors("--grow", self.grow, demand_places(scenario), findings)
        units = {(g.area, g.generator) for g in scenario.generators}
        named = [text for text in self.pickup if text != SLACK]
        generators = self._factors("--pickup", named, units, findings)
        if findings:
            raise InvalidInput("the command", findings)
        return Direction(loads, generators, 0.0 if self.pickup else 1.0)

    def changers(self, scenario: Scenario) -> dict[str, TapChanger]:
        """The tap changer of every feeder's transformer."""
        return {area: TapChanger(TRANSFORMER) for area in scenario.distribution}

    def _factors(
        self, option: str, texts: Sequence[str], known: Collection[Named], findings: list[Finding]
    ) -> dict[Named, float]:
        """The factor of all that is known, 0 where no text names it; empty without any text."""
        if not texts:
            return {}
        factors = dict.fromkeys(known, 0.0)
        for text in texts:
            name, factor = _parted(text)
            meant = [place for place in known if name in (place[0], joined(*place))]
            findings += _wrong(option, text, factor, meant, known)
            factors |= dict.fromkeys(meant, factor or 0.0)
        return factors


@dataclass(frozen=True)
class Sought:
    """How a margin is sought: from the profiles of `period`, or without any."""

    method: Method
    period: int | None
    q_limits: bool
    past: float


def varied_margin(
    read: Scenario, changed: Variation, sought: Sought
) -> tuple[Margin | PlainCurve, Operators]:
    """The margin of a scenario with its feeders changed, and their operators."""
    direction, scenario = changed.direction(read), changed.scenario(read)
    limits, operators = sought.q_limits, Operators(scenario)
    if changed.taps:
        taps, at = changed.changers(scenario), sought.period
        moved = margin_with_taps(
            scenario, taps, period=at, q_limits=limits, direction=direction, past=sought.past
        )
        return moved, operators
    loaded = Loaded.base(operators, direction, sought.period)
    return margin_of(loaded, sought.method, q_limits=limits, past=sought.past), operators


def _parted(text: str) -> tuple[str, float | None]:
    """Name and factor of a text; None where what stands behind the sign is no number."""
    name, sign, factor = text.rpartition("=")
    if not sign:
        return text, 1.0
    try:
        return name, float(factor)
    except ValueError:
        return name, None


def _wrong(
    option: str, text: str, factor: float | None, meant: Sequence[Named], known: Collection[Named]
) -> Iterator[Finding]:
    if factor is None:
        yield Finding(option, f"{text!r} has no number behind its =", "write NAME=K, such as D10=2")
    elif not meant:
        names = {area for area, _ in known} | {joined(*place) for place in known}
        yield unknown_name(option, "area or name", text.rpartition("=")[0] or text, names)
