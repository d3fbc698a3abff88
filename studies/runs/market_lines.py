"""The market operator's lines to all operators in one run, and the log that outlasts the run."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from market.carriers.elsewhere.ask import ask
from market.carriers.elsewhere.closing import Close, Finish
from market.carriers.elsewhere.identity import file_stem, read_identity
from market.carriers.elsewhere.journal import Journal
from market.carriers.elsewhere.letter import SESSION
from market.carriers.elsewhere.line import Address, Line
from market.carriers.elsewhere.sheet import Places
from market.coordination.questions import Failed, Question
from scenarios.clearing import Clearing
from scenarios.findings import Finding, InvalidInput
from scenarios.results import TSO
from scenarios.scenario import Scenario
from studies.study.operators_file import OperatorsFile

HEADER = "session"
FAILED = "FAILED"
HASTY_S = 1.0  # for an operator that did not answer before
SUFFIX = ".log"


@dataclass(frozen=True)
class MarketLines:
    """A line to each distribution operator, in the order of the scenario."""

    lines: tuple[Line, ...]
    answer_limit_s: float
    folder: Path

    def open(self, clearing: str) -> None:
        """From here on questions belong to this clearing."""
        for line in self.lines:
            line.clearing = clearing

    def close(self, clearing: Clearing | None, fees_usd: float = 0.0) -> tuple[str, ...]:
        """Tell all how the clearing ended, None where it failed; gives who could not be told.

        `fees_usd` is what bids of transmission ask for grid fees beyond their cost.
        """
        if clearing is None:
            return self._tell({line.name: Close(FAILED, 0) for line in self.lines})
        return self._tell({line.name: _close(clearing, line, fees_usd) for line in self.lines})

    def finish(self) -> tuple[str, ...]:
        """Tell all that no more will be asked; gives who could not be told."""
        return self._tell({line.name: Finish() for line in self.lines})

    @property
    def never_heard(self) -> tuple[str, ...]:
        """Areas whose operator has not answered at all."""
        return tuple(line.name for line in self.lines if not line.was_heard)

    def _silent(self, name: str) -> bool:
        return any(line.is_silent for line in self.lines if line.name == name)

    def _tell(self, words: Mapping[str, Question]) -> tuple[str, ...]:
        patient = {name: words[name] for name in words if not self._silent(name)}
        answers = dict(ask(self.lines, patient, self.answer_limit_s))
        hasty = {name: words[name] for name in words if self._silent(name) and name not in answers}
        answers |= dict(ask(self.lines, hasty, HASTY_S))
        return tuple(
            f"area '{name}' was not told how it ended: {answer.status}"
            for name, answer in answers.items()
            if isinstance(answer, Failed)
        )


def _close(clearing: Clearing, line: Line, fees_usd: float) -> Close:
    """What an operator is told of the clearing."""
    rows = clearing.frame("boundary").sort_values("period", kind="stable")
    places = line.address.places
    price = {str(b): own["lmp_usd_per_mwh"].to_numpy() for b, own in rows.groupby("boundary")}
    prices = np.array([price[b] for b in places.boundaries])
    own = clearing.frame("dispatch")
    sent = clearing.frame("message")
    told = Close(
        clearing.status.name,
        clearing.rounds,
        clearing.welfare_usd,
        own=float((own["value_usd"] - own["cost_usd"]).sum()) - fees_usd,
        bound=next(iter(sent["value"][sent["quantity"] == "final_bound"]), None),
        prices=prices,
    )
    if (bounds := clearing.certificate) is None:
        return told
    return replace(
        told,
        lower=bounds.lower_usd,
        upper=bounds.upper_usd,
        quantity_residual=bounds.quantity_residual_mw,
        price_residual=bounds.price_residual_usd_per_mwh,
    )


@contextmanager
def market_lines(
    file: OperatorsFile, name: str, scenario: Scenario, inputs: Mapping[str, str]
) -> Iterator[MarketLines]:
    """Lines for a run of the study `name`; a run of the same inputs that was cut short goes on.

    Raises InvalidInput where keys are missing or another run writes the log.
    """
    digest = hashlib.sha256(json.dumps(dict(inputs), sort_keys=True).encode()).hexdigest()
    folder = file.log / f"{name}-{digest[:12]}"
    identity = read_identity(file.keys, TSO)
    with _held(folder) as session:
        lines = []
        try:
            for area in scenario.distribution:
                own = tuple(b.boundary for b in scenario.boundaries if b.area == area)
                address = Address(area, *file.addresses[area], Places(own, scenario.hours))
                journal = Journal(folder / f"{file_stem(area)}{SUFFIX}")
                lines.append(Line(address, identity, session, journal, file.lost_after_s))
            yield MarketLines(tuple(lines), file.answer_limit_s, folder)
        finally:
            for line in lines:
                line.close()


def put_away(folder: Path, place: Path) -> None:
    """Move the log to where it is kept, so that the next run begins anew."""
    shutil.move(folder, place)


def set_aside(folder: Path) -> None:
    """Keep the log of a run that failed under another name."""
    n = 1
    while (place := folder.with_name(f"{folder.name}-failed-{n}")).exists():
        n += 1
    folder.rename(place)


@contextmanager
def _held(folder: Path) -> Iterator[str]:
    """The name of the session whose log the folder holds, as long as no other run has it."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / HEADER
    with place.open("a+") as header:
        try:
            fcntl.flock(header, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            cure = "wait for it, or name another folder as `log` of the operators' file"
            finding = Finding(str(folder), "another run is writing this log", cure)
            raise InvalidInput("the log", [finding]) from None
        header.seek(0)
        session = header.read()
        if not SESSION.fullmatch(session):
            session = secrets.token_hex(16)
            header.truncate(0)
            header.write(session)
            header.flush()
            os.fsync(header.fileno())
        yield session
