"""Who of a distribution area may trade past its local market, and with which share of its power."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np

from formulations.decision import Daily
from scenarios.records import Generator, Storage
from scenarios.results import GENERATOR, STORAGE
from scenarios.scenario import AreaView

TYPE1, WHOLESALE = "type1", "wholesale"
KINDS: Mapping[str, type[Generator] | type[Storage]] = {GENERATOR: Generator, STORAGE: Storage}
R = TypeVar("R", bound=Generator | Storage)
Key = tuple[str, str]  # kind and name of an asset


def splits(view: AreaView, record: type[R]) -> dict[str, R]:
    """Generators or stores of the area that may trade in the wholesale market."""
    return {n: a for n, a in view.of(record).items() if a.participation in (TYPE1, WHOLESALE)}


def stays_abroad(owned: Mapping[str, R]) -> Daily:
    """Which assets trade in the wholesale market alone, shape (assets, 1)."""
    alone = [a.participation == WHOLESALE for a in owned.values()]
    return np.array(alone, dtype=bool).reshape(-1, 1)


def shares(owned: Mapping[str, R]) -> Daily:
    """Share of its power that each of `splits` offers wholesale, shape (assets, 1)."""
    gamma = [1.0 if a.participation == WHOLESALE else a.gamma for a in owned.values()]
    return np.array(gamma, dtype=float).reshape(-1, 1)


def own_shares(view: AreaView) -> dict[Key, float | None]:
    """Share of its power that every type 1 generator and store offers by itself."""
    return {
        (kind, name): asset.gamma
        for kind, record in KINDS.items()
        for name, asset in view.of(record).items()
        if asset.participation == TYPE1
    }


def with_shares(view: AreaView, gamma: Mapping[Key, float]) -> AreaView:
    """The view with other shares for the type 1 assets that `gamma` names."""
    for kind, record in KINDS.items():
        changed = {
            n: replace(a, gamma=gamma.get((kind, n), a.gamma)) if a.participation == TYPE1 else a
            for n, a in view.of(record).items()
        }
        view = view.with_assets(record, changed)
    return view
