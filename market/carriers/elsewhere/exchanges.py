"""What a log of letters between two operators says, once its chain of hashes is seen to hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from market.carriers.elsewhere.forms import form_of
from market.carriers.elsewhere.journal import ANSWER, QUESTION, read_journal
from market.carriers.elsewhere.letter import ANSWER as ANSWERED
from market.carriers.elsewhere.letter import TERMS, Letter, Malformed, hash_of, read_letter
from market.carriers.elsewhere.sheet import Places, Read
from market.coordination.questions import Question
from scenarios.findings import Finding, InvalidInput


@dataclass(frozen=True)
class Exchange:
    """A question and its answer, None where the operator could not work one out."""

    clearing: str
    question: Question
    answer: Any


@dataclass(frozen=True)
class Told:
    """All exchanges with one area, the hash of the last answer, and what is wrong with the log."""

    area: str
    session: str
    places: Places
    exchanges: tuple[Exchange, ...]
    last: str
    findings: tuple[Finding, ...]


def read_exchanges(path: Path) -> Told:
    """What a log says; raises InvalidInput where nothing was said."""
    pairs, findings = [], []
    for n, (asked, answered) in enumerate(_pairs(path), start=1):
        try:
            pairs.append((read_letter(asked), read_letter(answered), asked, answered))
        except Malformed as wrong:
            findings.append(_finding(path, n, f"it cannot be read: {wrong}"))
    places = _places(path, [(question, answer) for question, answer, *_ in pairs])
    findings += _breaks(path, pairs)
    exchanges = []
    for n, (question, answer, *_) in enumerate(pairs, start=1):
        try:
            exchanges.append(_exchange(question, answer, places))
        except Malformed as wrong:
            findings.append(_finding(path, n, f"it does not say what it should: {wrong}"))
    first, last = pairs[0], pairs[-1]
    return Told(
        first[1].sender,
        first[0].session,
        places,
        tuple(exchanges),
        hash_of(last[3]),
        tuple(findings),
    )


def _pairs(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Questions that were answered, each with the answer; refusals are no answers."""
    question = b""
    for entry in read_journal(path):
        if entry.mark == QUESTION:
            question = entry.body
        elif entry.mark == ANSWER and question:
            yield question, entry.body


def _breaks(path: Path, pairs: list[tuple[Letter, Letter, bytes, bytes]]) -> list[Finding]:
    """Where letters do not follow each other by their hashes and numbers."""
    findings, given, number = [], {""}, 0
    for n, (question, answer, asked, answered) in enumerate(pairs, start=1):
        if answer.before != hash_of(asked) or answer.number != question.number:
            findings.append(_finding(path, n, "the answer does not name the question by its hash"))
        if question.before not in given:
            if n > 1:
                findings.append(_finding(path, n, "the question follows a letter that is not here"))
            elif question.number > 1:
                findings.append(_finding(path, n, "what was said before is not here"))
        if question.number <= number or question.session != pairs[0][0].session:
            findings.append(_finding(path, n, "the question is not in its place"))
        number = question.number
        given.add(hash_of(answered))
    return findings


def _places(path: Path, pairs: list[tuple[Letter, Letter]]) -> Places:
    """Boundaries and hours, as they were told when the first clearing began."""
    for question, answer in pairs:
        named = answer.words.get("boundaries")
        if question.kind == "begin" and isinstance(named, list):
            table = question.numbers
            held = [q == "hours" for q in table["quantity"].to_pylist()]
            hours = [v for v, kept in zip(table["value"].to_pylist(), held, strict=True) if kept]
            return Places(tuple(named), tuple(hours))
    finding = Finding(str(path), "no clearing was begun in it", "name the log of a run")
    raise InvalidInput("the log", [finding])


def _exchange(question: Letter, answer: Letter, places: Places) -> Exchange:
    form = form_of(question.kind)
    own = {key: word for key, word in question.words.items() if not key.startswith(TERMS)}
    asked = form.asked(Read(question.numbers, places), own)
    if answer.kind != ANSWERED:
        return Exchange(question.clearing, asked, None)
    told = form.told(Read(answer.numbers, places), answer.words, asked)
    return Exchange(question.clearing, asked, told)


def _finding(path: Path, n: int, finding: str) -> Finding:
    cure = "hold the two sides' logs against each other; do not trust this one"
    return Finding(f"{path.name}, exchange {n}", finding, cure)
