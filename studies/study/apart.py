"""What of a study needs data of operators who are elsewhere."""

from collections.abc import Iterator

from market.designs import Design
from market.pricing.lmp import Nodal
from scenarios.findings import Finding, InvalidInput
from studies.study.study import Study


def keeps_data_apart(design: Design) -> str:
    """Why a design cannot be cleared with operators elsewhere; empty where it can."""
    if design.about.needs_shared_models:
        return "one operator sees all networks and bids in it"
    return design.about.asks_assets(design)


def refuse_shared_data(study: Study) -> None:
    """Raise InvalidInput with all in the study that needs data of operators elsewhere."""
    if findings := [*_shared(study)]:
        raise InvalidInput(f"study {study.name!r} with operators elsewhere", findings)


def _shared(study: Study) -> Iterator[Finding]:
    for name, design in study.designs.items():
        if why := keeps_data_apart(design):
            cure = "leave it out, or clear it in one process with all data"
            finding = f"operators elsewhere cannot clear it: {why}"
            yield Finding(f"[[design]] {name!r}", finding, cure)
    if not isinstance(study.settlement.pricing, Nodal):
        finding = "prices of this rule follow from data of all areas"
        yield Finding("[settlement] pricing", finding, "use 'lmp'")
