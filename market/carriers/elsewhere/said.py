"""What one operator has said to the market operator in a session, by its log."""

from pathlib import Path

from market.carriers.elsewhere.journal import ANSWER, NOTE, QUESTION, Journal
from market.carriers.elsewhere.letter import Letter, hash_of, read_letter

LOG = "messages.log"
MOST_FORMER = 1000  # logs of runs that were not finished
MOST_NOTES = 100  # of refused letters, in a log


class Refused(ValueError):
    """A letter in form that is not answered; the text tells why and nothing else."""


class Said:
    """The answers of the session that was last heard of, and the log of them.

    A question may follow any answer that was given: one that went astray does not count. The last
    question is answered as before where it comes again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._notes = folder, 0
        self._former: dict[str, Path] = {}
        self.session = ""
        self._open()

    def _open(self) -> None:
        self.journal = Journal(self._folder / LOG)
        self._last: tuple[int, str, bytes] = (0, "", b"")  # number, hash of question, answer
        self._given: dict[str, int] = {}
        self.questions: list[bytes] = []  # answered ones that the log held when it was opened
        question = b""
        for entry in self.journal.entries:
            if entry.mark == QUESTION:
                question = entry.body
            elif entry.mark == ANSWER:
                letter = read_letter(entry.body)
                self.session = letter.session
                self._count(letter.number, question, entry.body)
                self.questions.append(question)
        self.journal.entries.clear()

    @property
    def last_number(self) -> int:
        """Number of the last question that was answered."""
        return self._last[0]

    def answered(self, letter: Letter, body: bytes) -> bytes | None:
        """The answer that was given to the very same question, where it is the last one."""
        return self._last[2] if self._last[1] == hash_of(body) else None

    def join(self, letter: Letter) -> None:
        """Take part in the session of a letter; raises Refused where it does not follow."""
        if letter.session != self.session:
            self.set_aside()
            self.session = letter.session
            return
        if letter.number <= self._last[0]:
            raise Refused("its number is not above the last one")
        if self._given and letter.before and letter.before not in self._given:
            raise Refused("it follows a letter that was not sent")

    def add(self, number: int, question: bytes, answer: bytes) -> None:
        """Log a question and its answer."""
        self.journal.add(QUESTION, question)
        self.journal.add(ANSWER, answer)
        self._count(number, question, answer)

    def note(self, why: str) -> None:
        """Log that a letter was refused; after many, no more."""
        self._notes += 1
        if self._notes <= MOST_NOTES:
            self.journal.add(NOTE, why.encode())

    def put_away(self, session: str, place: Path) -> None:
        """Move the log of a session that has ended to where its run is kept."""
        if session == self.session:
            self._move(place)
        elif (former := self._former.pop(session, None)) is not None:
            former.rename(place)

    def _move(self, place: Path) -> None:
        """Move the log, and begin an empty one; the last answer is still known."""
        last = self._last
        self.journal.close()
        self.journal.path.rename(place)
        self.session = ""
        self._open()
        self._last = last

    def set_aside(self) -> None:
        """Keep the log of a run that was not finished beside that of the next one."""
        if self._given:
            free = (self._folder / f"messages-{n}.log" for n in range(1, MOST_FORMER + 1))
            place = next((p for p in free if not p.exists()), None)
            if place is None:
                raise Refused("there is no room for another run")
            former = self.session
            self._move(place)
            self._former[former] = place
        self._last = (0, "", b"")

    def _count(self, number: int, question: bytes, answer: bytes) -> None:
        self._last = number, hash_of(question), answer
        self._given[hash_of(answer)] = number
