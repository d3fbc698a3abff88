"""A run told in plain sentences."""

from collections.abc import Iterator, Mapping

from market.coordination.methods import methods
from market.designs import designs
from studies.runs.finished import DesignNote, Run
from studies.runs.run_records import DesignSummary, RunStatus
from studies.runs.welfare_loss import share_text

MEANING = {
    RunStatus.OK: "every design came out as asked",
    RunStatus.NOT_SECURE: "cleared as asked, but an AC load flow of the schedule exceeds limits",
    RunStatus.SCARCITY: "some energy was not served or had to be spilled",
    RunStatus.NOT_AGREED: "the operators did not come to agree",
    RunStatus.INVALID: "a result failed a check and must not be used",
    RunStatus.FAILED: "a design could not be cleared",
}


def sentences(run: Run) -> Iterator[str]:
    """The run in a few sentences, the most important first."""
    yield _opening(run)
    if len(run.designs) > 1:
        yield from _losses(run.designs, run.scenario.currency)
    for name, found in run.designs.items():
        if found.rounds and found.status is not RunStatus.INVALID:
            yield _coordination(name, found)
    yield from _troubles(run)


def design_notes(run: Run) -> dict[str, str]:
    """What each kind of design does, by the names of the designs of that kind."""
    names: dict[str, list[str]] = {}
    for note in run.header.designs:
        names.setdefault(_meaning(note), []).append(note.name)
    return {", ".join(held): words for words, held in names.items()}


def _meaning(note: DesignNote) -> str:
    if note.kind not in designs:
        return f"a design of kind {note.kind!r}, which no package that is installed here brings"
    about, how = designs[note.kind].about, methods.get(note.method)
    method = f"; method {note.method}: {how.about.says}" if how else ""
    return f"{about.title}: {about.says}{method}"


def _opening(run: Run) -> str:
    scenario = run.scenario
    buses = len(scenario.area(scenario.transmission).network.buses)
    return (
        f"{_count(len(run.designs), 'market design')} cleared the same day of "
        f"{_count(sum(scenario.hours), 'hour')} for one transmission network of "
        f"{_count(buses, 'bus', 'buses')} and "
        f"{_count(len(scenario.distribution), 'distribution area')}."
    )


def _count(number: float, one: str, many: str | None = None) -> str:
    return f"{number:g} {one if number == 1 else many or one + 's'}"


def _losses(designs: Mapping[str, DesignSummary], currency: str) -> Iterator[str]:
    best = max(designs, key=lambda name: designs[name].welfare_usd)
    top = designs[best].welfare_usd
    yield f"The greatest welfare is reached by {best}: {top:,.2f} {currency}."
    for name, found in designs.items():
        if name != best:
            loss = top - found.welfare_usd
            share = f" ({share_text(100 * loss / abs(top))})" if top else ""
            yield f"Against it, {name} loses {loss:,.2f} {currency}{share} over the day."


def _coordination(name: str, found: DesignSummary) -> str:
    gap = found.gap_relative or 0.0
    rounds = _count(found.rounds or 0, "round")
    if found.status is RunStatus.NOT_AGREED:
        return f"In {name}, the operators had not agreed after {rounds}."
    near = f"provably at most {max(100 * gap, 1e-3):.2g} % short of the best"
    return f"In {name}, the operators agree after {rounds}, {near}."


def _troubles(run: Run) -> Iterator[str]:
    for status in [status for status in MEANING if status is not RunStatus.OK][::-1]:
        names = [name for name, found in run.designs.items() if found.status is status]
        if names:
            yield f"In {', '.join(names)}, {MEANING[status]}."
    failed = {check for found in run.designs.values() for check in found.checks_failed}
    if not failed and run.designs:
        yield "Every check of every design passed."
