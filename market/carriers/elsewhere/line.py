"""The market operator's end of one line to an operator elsewhere: questions out, answers in."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.flight as flight

from market.carriers.elsewhere.forms import form_of, kind_of
from market.carriers.elsewhere.identity import Identity, host_name
from market.carriers.elsewhere.journal import ANSWER as CAME
from market.carriers.elsewhere.journal import QUESTION, SILENCE, Journal
from market.carriers.elsewhere.letter import (
    ANSWER,
    FAILED,
    MOST_BYTES,
    REFUSED,
    TERMS,
    Letter,
    Malformed,
    Word,
    hash_of,
    read_letter,
)
from market.carriers.elsewhere.server import LETTER
from market.carriers.elsewhere.sheet import Places, Read, Sheet
from market.coordination.questions import Absent, Begin, Failed, Question
from scenarios.findings import Finding, InvalidInput
from scenarios.results import TSO

AGAIN_S, MOST_AGAIN_S = 0.1, 1.0  # until a line that broke is tried again
SHORT_S = 1.0  # for an operator that is lost
OPTIONS = [
    ("grpc.max_receive_message_length", MOST_BYTES + 10_000),
    ("grpc.use_local_subchannel_pool", 1),
]


@dataclass(frozen=True)
class Address:
    """Where an operator is, and what is known of it before it is asked."""

    area: str
    host: str
    port: int
    places: Places


class Line:
    """A line to one operator. It is tried again until the time for an answer is up.

    `was_heard` tells whether it ever answered, `is_silent` whether it did not when it was asked
    last. One that is silent for `lost_after_s` is lost: it is still asked, but not waited for.
    Answers that the log holds are taken from there, so a run that was cut short goes on where it
    was.
    """

    def __init__(
        self, address: Address, identity: Identity, session: str, journal: Journal,
        lost_after_s: float,
    ) -> None:  # fmt: skip
        self.name, self.address, self.identity = address.area, address, identity
        self.session, self.journal, self.lost_after_s = session, journal, lost_after_s
        self.clearing = "-"
        self._number, self._before = 0, ""
        self._terms: Mapping[str, Word] = {}
        self._heard = time.monotonic()
        self.was_heard = False
        self.is_silent = False
        self._past = _exchanges(journal)
        self._client: Any = None

    build_seconds = solve_seconds = 0.0

    def ask(self, question: Question, limit_s: float) -> Any:
        """The answer, or Failed; Absent where none came in time."""
        try:
            letter = self._letter(question)
            body = letter.written()
        except Malformed as wrong:
            return self._failed(f"the question does not travel: {wrong}", "leave this design out")
        self._number = letter.number
        kept = self._past.pop(0) if self._past else None
        if kept is not None:
            return self._told(letter, question, body, self._kept(kept, body))
        self.journal.add(QUESTION, body)
        back = self._sent(body, limit_s)
        self.is_silent = isinstance(back, Failed)
        if isinstance(back, Failed):
            self.journal.add(SILENCE, back.status.encode())
            return back
        self.journal.add(CAME, back)
        return self._told(letter, question, body, back)

    @property
    def number(self) -> int:
        """Number of the last question."""
        return self._number

    def close(self) -> None:
        """Let go of the connection and the log."""
        self._hang_up()
        self.journal.close()

    def _letter(self, question: Question) -> Letter:
        kind, number = kind_of(question), self._number + 1
        sheet = Sheet(number, TSO, self.address.places)
        words = form_of(kind).ask(question, sheet)
        if isinstance(question, Begin):
            self._terms = {f"{TERMS}{key}": value for key, value in words.items()}
        return Letter(
            kind, TSO, self.session, self.clearing, number, self._before,
            {**words, **self._terms}, sheet.table(),
        )  # fmt: skip

    def _kept(self, kept: tuple[bytes, bytes | Failed], body: bytes) -> bytes | Failed:
        """What the log says came of a question; raises InvalidInput where it was another one."""
        asked, back = kept
        if asked != body:
            finding = f"what it asked area '{self.name}' is not what this run asks"
            cure = "remove the log to begin anew"
            raise InvalidInput("the log", [Finding(str(self.journal.path), finding, cure)])
        if isinstance(back, Failed):
            return self._silent(back.status)
        return back

    def _told(self, letter: Letter, question: Question, body: bytes, back: bytes | Failed) -> Any:
        """What an answer says, once it is seen to be one."""
        if isinstance(back, Failed):
            return back
        try:
            answer = read_letter(back)
            if answer.kind == REFUSED:
                return self._failed(f"it refused the question: {_why(answer)}")
            self._check(answer, letter, body)
            if answer.kind == FAILED:
                told = form_of(letter.kind), None
            else:
                read = Read(answer.numbers, self.address.places)
                told = form_of(letter.kind), form_of(letter.kind).told(read, answer.words, question)
        except Malformed as wrong:
            return self._failed(f"its answer cannot be read: {wrong}")
        self._before, self._heard = hash_of(back), time.monotonic()
        self.was_heard = True
        if answer.kind == FAILED:
            return self._failed("it could not work out an answer; its own log says why")
        wrong_with = question.check(told[1])
        return self._failed(wrong_with) if wrong_with else told[1]

    def _check(self, answer: Letter, letter: Letter, body: bytes) -> None:
        due = (self.name, letter.session, letter.clearing, letter.number, hash_of(body))
        has = (answer.sender, answer.session, answer.clearing, answer.number, answer.before)
        if has != due or answer.kind not in (ANSWER, FAILED):
            raise Malformed("it does not answer what was asked")

    def _sent(self, body: bytes, limit_s: float) -> bytes | Failed:
        """What comes back within the time, over as many connections as it takes."""
        lost = time.monotonic() - self._heard > self.lost_after_s
        deadline = time.monotonic() + (min(SHORT_S, limit_s) if lost else limit_s)
        pause = AGAIN_S
        while True:
            try:
                return self._once(body, deadline - time.monotonic())
            except (flight.FlightUnauthorizedError, flight.FlightUnauthenticatedError):
                return self._failed("it refuses the market operator's certificate")
            except (pa.ArrowException, OSError, ValueError):
                self._hang_up()
            if lost:
                return self._silent(f"it was silent for {self.lost_after_s:g} s and is lost")
            if deadline - time.monotonic() <= pause:
                return self._silent(f"it is out of reach, or did not answer in {limit_s:g} s")
            time.sleep(pause)
            pause = min(2 * pause, MOST_AGAIN_S)

    def _once(self, body: bytes, timeout_s: float) -> bytes:
        if self._client is None:
            self._client = flight.FlightClient(
                f"grpc+tls://{self.address.host}:{self.address.port}",
                tls_root_certs=self.identity.authority,
                cert_chain=self.identity.certificate,
                private_key=self.identity.key,
                override_hostname=host_name(self.name),
                generic_options=OPTIONS,
            )
        options = flight.FlightCallOptions(timeout=max(timeout_s, 0.001))
        (result,) = self._client.do_action(flight.Action(LETTER, pa.py_buffer(body)), options)
        return bytes(result.body.to_pybytes())

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _failed(self, status: str, cure: str = "see its operator") -> Failed:
        return Failed(f"area '{self.name}'", status, cure)

    def _silent(self, status: str) -> Absent:
        cure = "see whether that operator is there, and its certificate names its area"
        return Absent(f"area '{self.name}'", status, cure)


def _why(answer: Letter) -> str:
    why = answer.words.get("why")
    return why[:200] if isinstance(why, str) else "it does not say why"


def _exchanges(journal: Journal) -> list[tuple[bytes, bytes | Failed]]:
    """Questions of a log with what came of each; one that nothing is known of is asked again."""
    exchanges: list[tuple[bytes, bytes | Failed]] = []
    question = b""
    for entry in journal.entries:
        if entry.mark == QUESTION:
            question = entry.body
        elif entry.mark == CAME:
            exchanges.append((question, entry.body))
        elif entry.mark == SILENCE:
            exchanges.append((question, Failed("", entry.body.decode(), "")))
    journal.entries.clear()
    return exchanges
