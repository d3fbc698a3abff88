"""Where the ranking of designs changes over a sweep."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
import pyarrow as pa

ALIKE = 1e-6  # of welfare: designs that differ by less share a place


def with_places(designs: pd.DataFrame) -> pd.DataFrame:
    """The rows with each design's place by welfare at its point, 1 for the most; null if failed."""
    size = designs["welfare_usd"].abs().max()
    rounded = (designs["welfare_usd"] / (ALIKE * max(1.0, size))).round()
    place = rounded.groupby(designs["point"]).rank(method="min", ascending=False)
    return designs.assign(place=place.astype("Int64"))


def ranking_table(designs: pa.Table, parameters: Sequence[str]) -> pa.Table:
    """Place of every design at every point."""
    placed = with_places(designs.to_pandas())
    return pa.Table.from_pandas(
        placed[["point", *parameters, "design", "place"]], preserve_index=False
    )


@dataclass(frozen=True)
class Change:
    """Two points next to each other along the last parameter between which places change."""

    before: str
    after: str
    moved: tuple[str, ...]


def changes(placed: pd.DataFrame, parameters: Sequence[str]) -> Iterator[Change]:
    """Where places change along the last parameter, all others held."""
    *others, along = parameters
    groups = placed.groupby(others, sort=False) if others else [((), placed)]
    for _, rows in groups:
        wide = rows.pivot_table("place", along, "design", sort=False, aggfunc="first")
        held = list(zip(wide.index, wide.astype(float).to_dict("records"), strict=True))
        for (before, first), (after, second) in pairwise(held):
            moved = tuple(_moved(first, second))
            if moved:
                yield Change(f"{along} = {before}", f"{along} = {after}", moved)


def _moved(first: Mapping[Hashable, float], second: Mapping[Hashable, float]) -> Iterator[str]:
    """Designs whose place differs, with both places; a failed one has none."""
    for name, place in first.items():
        if place != second[name] and not pd.isna(place) and not pd.isna(second[name]):
            yield f"{name} {place:.0f} → {second[name]:.0f}"
