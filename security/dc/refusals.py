"""What is wrong with what a study of outages and events is asked."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from scenarios.findings import Finding, InvalidInput, near
from scenarios.network import Network
from scenarios.records import Generator


def refuse_branches(network: Network, pairs: Iterable[Sequence[str]]) -> None:
    """Raise InvalidInput with every pair that is not two branches of the network."""
    findings = []
    for pair in pairs:
        place = f"pair {tuple(pair)!r}"
        for name in pair:
            if name not in network.branches:
                cure = f"name branches in service; {near(name, network.branches)}"
                findings.append(Finding(place, f"there is no branch {name!r}", cure))
        if len(set(pair)) != 2:
            finding = "two different branches are needed"
            findings.append(Finding(place, finding, "name each of the two once"))
    _raise_any(findings)


def refuse_dispatch(generators: Mapping[str, Generator], p_mw: Mapping[str, float]) -> None:
    """Raise InvalidInput with every generator that has no finite output."""
    missing = [g for g in generators if not np.isfinite(p_mw.get(g, np.nan))]
    cure = "give the output (MW) of every generator"
    _raise_any([Finding(f"generator {g!r}", "has no finite output", cure) for g in missing])


def refuse_generator(generators: Mapping[str, Generator], name: str) -> None:
    """Raise InvalidInput if there is no generator of that name."""
    if name not in generators:
        cure = f"name a generator of the area; {near(name, generators)}"
        _raise_any([Finding(f"generator {name!r}", "there is no such generator", cure)])


def refuse_participation(
    generators: Mapping[str, Generator], participation: Mapping[str, float]
) -> None:
    """Raise InvalidInput if a weight is unusable, or nobody takes over a lost generator."""
    findings = []
    for name, weight in participation.items():
        place = f"participation of {name!r}"
        if name not in generators:
            cure = f"weigh generators that are there; {near(name, generators)}"
            findings.append(Finding(place, "there is no such generator", cure))
        if not (np.isfinite(weight) and weight >= 0):
            finding = f"the weight is {weight}"
            findings.append(Finding(place, finding, "give a finite weight >= 0"))
    taking = [name for name, weight in participation.items() if weight > 0]
    for name in generators:
        if set(taking) <= {name}:
            finding = "nobody takes over its output"
            cure = "let another generator participate"
            findings.append(Finding(f"generator {name!r}", finding, cure))
    _raise_any(findings)


def _raise_any(findings: Sequence[Finding]) -> None:
    if findings:
        raise InvalidInput("the study of outages and events", findings)
