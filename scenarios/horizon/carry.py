"""What one day leaves to the next: stored energy, outputs, and who has been on for how long."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.records import Commitment, Generator
from scenarios.scenario import Scenario

Named = Mapping[str, float]  # by area and name, with a slash between


@dataclass(frozen=True)
class State:
    """What holds when a day has ended.

    `energy_mwh` of stores, `output_mw` of generators; `lasted_h` of plants that start and stop is
    how long they have been on, or off where it is negative.
    """

    energy_mwh: Named = field(default_factory=dict)
    output_mw: Named = field(default_factory=dict)
    lasted_h: Named = field(default_factory=dict)


def state_after(
    scenario: Scenario, tables: Mapping[str, pa.Table], periods: int, before: State | None
) -> State:
    """The state after so many periods of a cleared day, that began as `before` says."""
    dispatch = tables["dispatch"].to_pandas()
    last = dispatch[dispatch["period"] == periods]
    last = last.assign(name=last["area"] + "/" + last["asset"])
    stores = last[last["kind"] == "storage"]
    plants = last[last["kind"] == "generator"]
    return State(
        _by_name(stores, "energy_mwh"),
        _by_name(plants, "p_mw"),
        dict(_lasted(scenario, tables, periods, before or State())),
    )


def begun_with(scenario: Scenario, state: State) -> Scenario:
    """The scenario of a day that begins with what the day before has left."""
    committed = {(c.area, c.generator) for c in scenario.commitments}
    energy = state.energy_mwh
    return replace(
        scenario,
        storage=tuple(
            replace(s, energy_initial_mwh=_within(energy[name], s.energy_min_mwh, s.energy_max_mwh))
            if (name := f"{s.area}/{s.storage}") in energy
            else s
            for s in scenario.storage
        ),
        generators=tuple(
            g if (g.area, g.generator) in committed else _ramped(g, state)
            for g in scenario.generators
        ),
        commitments=_begun(scenario, state),
    )


def _by_name(rows: pd.DataFrame, column: str) -> dict[str, float]:
    return dict(zip(rows["name"].tolist(), rows[column].tolist(), strict=True))


def _within(value: float, low: float, high: float) -> float:
    """The value within limits that a solver keeps up to its tolerance."""
    return min(max(value, low), high)


def _ramped(g: Generator, state: State) -> Generator:
    """A generator whose ramp begins at what it gave last."""
    name = f"{g.area}/{g.generator}"
    if g.ramp_mw_per_h is None or name not in state.output_mw:
        return g
    return replace(g, p_initial_mw=_within(state.output_mw[name], g.p_min_mw, g.p_max_mw))


def _begun(scenario: Scenario, state: State) -> tuple[Commitment, ...]:
    limits = {(g.area, g.generator): (g.p_min_mw, g.p_max_mw) for g in scenario.generators}
    found = []
    for c in scenario.commitments:
        name = f"{c.area}/{c.generator}"
        if name in state.lasted_h:
            on = state.lasted_h[name] > 0
            output = _within(state.output_mw[name], *limits[c.area, c.generator]) if on else 0.0
            lasted = abs(state.lasted_h[name])
            c = replace(c, on_before=on, p_before_mw=output, hours_before=lasted)
        found.append(c)
    return tuple(found)


def _lasted(
    scenario: Scenario, tables: Mapping[str, pa.Table], periods: int, before: State
) -> Iterator[tuple[str, float]]:
    if not scenario.commitments:
        return
    first = {f"{c.area}/{c.generator}": c for c in scenario.commitments}
    rows = tables["plant"].to_pandas()
    rows = rows[rows["period"] <= periods].sort_values("period")
    for name, own in rows.groupby(rows["area"] + "/" + rows["generator"], sort=False):
        on = own["on"].to_numpy() > 0.5
        lasted = _run_h(on.tolist(), scenario.hours)
        if np.all(on == on[-1]):
            lasted += _lasted_before(first[str(name)], before, str(name), on=bool(on[-1]))
        yield str(name), lasted if on[-1] else -lasted


def _run_h(on: Sequence[bool], hours: Sequence[float]) -> float:
    """How long the last state has lasted within the day."""
    total = 0.0
    for state, length in zip(reversed(on), reversed(hours[: len(on)]), strict=True):
        if state is not on[-1]:
            break
        total += length
    return total


def _lasted_before(plant: Commitment, before: State, name: str, *, on: bool) -> float:
    """How long it had been in this state when the day began; 0 where it was in the other."""
    if name in before.lasted_h:
        lasted = before.lasted_h[name]
        return abs(lasted) if (lasted > 0) is on else 0.0
    long_enough = max(plant.min_up_h, plant.min_down_h)
    return (plant.hours_before or long_enough) if plant.on_before is on else 0.0
