"""A distribution operator that answers letters: whatever comes, a letter goes back.

No answer depends on what the process remembers: every question carries the terms of its clearing,
so an operator that was started anew answers as before. Its log tells what it has said.
"""

import contextvars
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from market.carriers import here
from market.carriers.elsewhere.closing import Close, Finish
from market.carriers.elsewhere.ended import Ended, own_shares
from market.carriers.elsewhere.forms import form_of
from market.carriers.elsewhere.forms.opening import terms_of
from market.carriers.elsewhere.letter import (
    ANSWER,
    FAILED,
    REFUSED,
    TERMS,
    Letter,
    Malformed,
    Word,
    hash_of,
    read_letter,
)
from market.carriers.elsewhere.said import Refused, Said
from market.carriers.elsewhere.sheet import Places, Read, Sheet
from market.coordination.protocol import Distribution, Ready, Settled
from market.coordination.questions import Begin, Failed, Mend, OffersWhat, Question, Settle
from scenarios.results import TSO

log = logging.getLogger(__name__)
NONE: Mapping[str, Word] = {}
NOBODY = "0" * 32
MOST_AT_ONCE = 8  # letters that are held at a time
MOST_WAIT_S = 600.0


@dataclass
class Session:
    """What is known of the run that asks."""

    name: str = NOBODY
    begun: tuple[str, Mapping[str, Word]] | None = None
    clearings: dict[str, Ended] = field(default_factory=dict)


class Desk:
    """Answers the letters of the market operator, one at a time; `ended` is told of whole runs."""

    def __init__(
        self, operator: Distribution, places: Places, folder: Path, limit_s: float
    ) -> None:
        self.operator, self.places, self.limit_s = operator, places, limit_s
        self.said = Said(folder)
        self.session = Session(self.said.session)
        self.finished: list[Session] = []
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._turn = threading.Lock()
        self._context = contextvars.copy_context()
        try:
            self._restore()
        except Malformed:  # the area is not what it was: nothing holds that was said of it
            self.said.set_aside()
            self.session = Session()

    def answer(self, body: bytes) -> bytes:
        """The letter that goes back."""
        if not self._room.acquire(blocking=False):
            return self._refusal("it has too many letters to answer")
        try:
            return self._in_turn(body)
        except (Malformed, Refused) as refused:
            self.said.note(str(refused))
            return self._refusal(str(refused))
        except Exception:  # what goes wrong here is told to its own operator alone
            log.exception("a letter could not be answered")
            return self._refusal("it cannot answer")
        finally:
            self._room.release()

    def close(self) -> None:
        """Let go of the log."""
        self.said.journal.close()

    def put_away(self, session: str, place: Path) -> None:
        """Move the log of a session that has ended to where its run is kept."""
        with self._turn:
            self.said.put_away(session, place)

    def _in_turn(self, body: bytes) -> bytes:
        letter = read_letter(body)
        if letter.sender != TSO:
            raise Refused("it answers the market operator alone")
        question, terms = self._question(letter)
        if not self._turn.acquire(timeout=MOST_WAIT_S):
            raise Refused("it is at work on another question")
        try:
            if (again := self.said.answered(letter, body)) is not None:
                return again
            return self._answered(letter, body, question, terms)
        finally:
            self._turn.release()

    def _question(self, letter: Letter) -> tuple[Question, Mapping[str, Word]]:
        """The question, and the terms of the clearing that it belongs to."""
        own = {k: v for k, v in letter.words.items() if not k.startswith(TERMS)}
        terms = {k.removeprefix(TERMS): v for k, v in letter.words.items() if k.startswith(TERMS)}
        question = form_of(letter.kind).asked(Read(letter.numbers, self.places), own)
        terms_of(terms)
        return question, terms

    def _answered(
        self, letter: Letter, body: bytes, question: Question, terms: Mapping[str, Word]
    ) -> bytes:
        self._join(letter)
        sheet = Sheet(letter.number, self.operator.name, self.places)
        failed = self._begun(letter.clearing, terms, question)
        answer = failed or self._put(question)
        if isinstance(answer, Failed):
            log.error("%s: %s", answer.problem, answer.status)
            kind, words = FAILED, NONE
        else:
            kind, words = ANSWER, form_of(letter.kind).tell(answer, sheet)
        back = Letter(
            kind,
            self.operator.name,
            letter.session,
            letter.clearing,
            letter.number,
            hash_of(body),
            words,
            sheet.table(),
        ).written()
        self.said.add(letter.number, body, back)
        self._keep(letter.clearing, question, answer, terms)
        return back

    def _join(self, letter: Letter) -> None:
        self.said.join(letter)
        if letter.session != self.session.name:
            self.session = Session(letter.session)

    def _begun(self, clearing: str, terms: Mapping[str, Word], question: Question) -> Failed | None:
        """Begin the clearing unless it is the one at hand, or the question itself does."""
        now = clearing, dict(terms)
        if isinstance(question, Begin | Close | Finish) or self.session.begun == now:
            return None
        self.session.begun = None
        begin = Begin(terms_of(terms))
        begun = self._put(begin)
        if isinstance(begun, Failed):
            return begun
        self._keep(clearing, begin, begun, terms)
        return None

    def _restore(self) -> None:
        """What a former process of this operator knew of a run that is not finished."""
        last: dict[str, dict[type, tuple[Question, Mapping[str, Word]]]] = {}
        for body in self.said.questions:
            letter = read_letter(body)
            question, terms = self._question(letter)
            if isinstance(question, Settle | Mend | OffersWhat):
                last.setdefault(letter.clearing, {})[type(question)] = question, terms
            if not isinstance(question, Finish):
                self._keep(letter.clearing, question, None, terms)
        finished = isinstance(question, Finish) if self.said.questions else False
        self.said.questions.clear()
        self.session.begun = None
        for clearing, asked in last.items():
            for question, terms in asked.values():
                failed = self._begun(clearing, terms, question)
                self._keep(clearing, question, failed or self._put(question), terms)
        if finished:
            self.finished.append(self.session)

    def _put(self, question: Question) -> Any:
        asked = {self.operator.name: question}
        answers = self._context.run(lambda: dict(here.ask([self.operator], asked, self.limit_s)))
        return answers[self.operator.name]

    def _keep(
        self, clearing: str, question: Question, answer: Any, terms: Mapping[str, Word]
    ) -> None:
        """What the operator's own report needs."""
        if isinstance(question, Finish):
            self.finished.append(self.session)
            self.session = Session(self.session.name)
            return
        held = self.session.clearings.setdefault(clearing, Ended(terms_of(terms)))
        if isinstance(question, Begin) and isinstance(answer, Ready):
            self.session.begun = clearing, dict(terms)
            held.ready = answer
        if isinstance(answer, Settled):
            held.settled = answer
        if isinstance(question, OffersWhat) and not isinstance(answer, Failed | None):
            held.offers, held.shares = answer, own_shares(self.operator, held)
        if isinstance(question, Close):
            held.close = question

    def _refusal(self, why: str) -> bytes:
        words: dict[str, Word] = {"why": why}
        return Letter(REFUSED, self.operator.name, NOBODY, "-", 1, "", words).written()
