"""A run told in plain sentences."""

from collections.abc import Iterator, Mapping

from market.coordination.methods import methods
from market.designs import designs
from scenarios.variants.margins import NONE
from studies.runs.finished import DesignNote, Run
from studies.runs.run_records import DesignSummary, RunStatus
from studies.runs.summary import is_secure
from studies.runs.welfare_loss import share_text

NEAR = 1e-5  # part of the best welfare
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
    yield from _coordination(run.designs)
    yield from _checks(run)
    yield from _physics(run)


def _physics(run: Run) -> Iterator[str]:
    """That AC networks carry the schedules, where they do; the headline tells where they do not."""
    flows = [found.ac for found in run.designs.values()]
    if not all(flow is not None and is_secure(flow) for flow in flows):
        return
    room = run.header.margin
    left = "" if room == NONE else f"; designs left free {room}"
    yield f"AC load flows of every hour keep every rating and voltage limit{left}."


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
    if part := run.header.part:
        return (
            f"{_count(len(run.designs), 'market design')} cleared the same day of "
            f"{_count(sum(scenario.hours), 'hour')}. This is what the operator of area '{part}' "
            "knows of it: its own area, and power and prices at its boundaries."
        )
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
    """What the others lose against the best; those that lose next to nothing are named alone."""
    best = max(designs, key=lambda name: designs[name].welfare_usd)
    top = designs[best].welfare_usd
    yield f"The greatest welfare is reached by {best}: {top:,.2f} {currency}."
    losses = {name: top - found.welfare_usd for name, found in designs.items() if name != best}
    near = [name for name, loss in losses.items() if loss <= NEAR * abs(top)]
    if near:
        yield f"As good to {100 * NEAR:g} % {'is' if len(near) == 1 else 'are'} {', '.join(near)}."
    told = [
        f"{name} loses {loss:,.2f} {currency} ({share_text(100 * loss / abs(top))})"
        if top
        else f"{name} loses {loss:,.2f} {currency}"
        for name, loss in losses.items()
        if name not in near
    ]
    if told:
        yield f"Against it, {'; '.join(told)} over the day."


def _coordination(designs: Mapping[str, DesignSummary]) -> Iterator[str]:
    """How far from the best designs are whose operators agreed."""
    agreed = {
        name: found
        for name, found in designs.items()
        if found.rounds and found.status not in (RunStatus.INVALID, RunStatus.NOT_AGREED)
    }
    told = [
        f"{name} after {_count(found.rounds or 0, 'round')}, provably at most "
        f"{max(100 * (found.gap_relative or 0.0), 1e-3):.2g} % short of the best"
        for name, found in agreed.items()
    ]
    if told:
        yield f"The operators agree: {'; '.join(told)}."


def _checks(run: Run) -> Iterator[str]:
    if run.designs and not any(found.checks_failed for found in run.designs.values()):
        yield "Every check of every design passed."
