"""Whatever bytes come, a letter is read or refused; nothing that an area owns is in one."""

import random
import resource
from contextlib import closing
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from market.carriers.elsewhere.desk import Desk
from market.carriers.elsewhere.letter import (
    SCHEMA,
    Letter,
    Malformed,
    hash_of,
    read_letter,
)
from market.carriers.elsewhere.sheet import Places, Sheet
from market.coordination.protocol import Ready, Reply

PLACES = Places(("B0",), (1.0, 1.0, 1.0))
SESSION = "ab" * 16
TERMS = {"terms.gamma": None, "terms.local": False}


def question(number=1, before="", **changes):
    """Prices for area D0, as the market operator asks them."""
    sheet = Sheet(number, "tso", PLACES)
    sheet.put("price", "$/MWh", np.array([[20.0, 30.0, 40.0]]))
    letter = Letter("respond", "tso", SESSION, "cmo", number, before, TERMS, sheet.table())
    return replace(letter, **changes).written()


class Answers:
    """An operator that takes 1 MW, whatever the price."""

    name = "D0"
    begun = 0

    def begin(self, terms):
        self.begun += 1
        return Ready(("B0",), is_separable=True)

    def respond(self, prices, **more):
        return Reply(np.ones((1, 3)), np.zeros(3))


@pytest.fixture
def desk(tmp_path):
    with closing(Desk(Answers(), PLACES, tmp_path, 10.0)) as made:
        yield made


def test_a_letter_is_read_as_it_was_written():
    letter = read_letter(question())
    assert letter.words == TERMS
    assert letter.numbers["value"].to_pylist() == [20.0, 30.0, 40.0]
    assert letter.numbers["unit"].to_pylist() == ["$/MWh"] * 3


def test_an_answer_names_the_question_by_its_hash(desk):
    asked = question()
    answer = read_letter(desk.answer(asked))
    assert (answer.kind, answer.sender, answer.before) == ("answer", "D0", hash_of(asked))


def changed(rng, body):
    """Bytes of a letter with some changed, or cut off, or none of it."""
    kind = rng.randrange(4)
    if kind == 0:
        return rng.randbytes(rng.randrange(2000))
    if kind == 1:
        return body[: rng.randrange(len(body))]
    changed = bytearray(body)
    for _ in range(rng.choice([1, 2, 10])):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def test_ten_thousand_malformed_letters_leave_the_operator_as_it_was(desk):
    rng, good = random.Random(7), question()
    asked = [changed(rng, good) for _ in range(10_000)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answers = [desk.answer(body) for body in asked]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert {read_letter(body).kind for body in answers[::100]} >= {"refused"}
    assert grown < 50_000  # kB
    assert desk.said.journal.path.stat().st_size < 50_000_000
    assert read_letter(desk.answer(question(session="cd" * 16))).kind == "answer"


def test_compressed_rows_are_refused_before_they_are_unpacked():
    """A few kilobytes may stand for any number of rows."""
    table = read_letter(question()).numbers
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    body = bytes(sink.getvalue())
    with pytest.raises(Malformed, match="not plain"):
        read_letter(body)


REFUSED = {
    "of another area": ({"sender": "D1"}, "the market operator alone"),
    "a kind that there is not": ({"kind": "shell"}, "no such question"),
    "a path for a session": ({"session": "../../etc/passwd"}, "session is not in form"),
    "a number of none": ({"number": 0}, "number is not in form"),
    "terms of none": ({"words": {}}, "terms are not legal"),
    "terms that no market has": ({"words": {**TERMS, "terms.gamma": 7.0}}, "terms are not legal"),
    "other words as terms": ({"words": {**TERMS, "terms.shell": "x"}}, "terms are not legal"),
    "no prices": ({"numbers": SCHEMA.empty_table()}, "a row for each place"),
    "a rule that there is not": ({"kind": "rule", "words": {"rule": "os", **TERMS}}, "such rule"),
    "options of none": (
        {"kind": "rule", "words": {"rule": "local_only", "option.run": 1, **TERMS}},
        "options",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "why"), REFUSED.values(), ids=REFUSED)
def test_a_letter_that_is_not_in_order_is_refused_in_words_that_tell_nothing(desk, changes, why):
    answer = read_letter(desk.answer(question(**changes)))
    assert answer.kind == "refused"
    assert why in answer.words["why"]
    assert desk.operator.begun == 0


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_prices_that_are_no_numbers_are_refused(desk, value):
    sheet = Sheet(1, "tso", PLACES)
    sheet.put("price", "$/MWh", np.array([[20.0, value, 40.0]]))
    answer = read_letter(desk.answer(question(numbers=sheet.table())))
    assert answer.kind == "refused"


def test_letters_follow_each_other_by_hash(desk):
    first = desk.answer(question())
    wrong = read_letter(desk.answer(question(2, before="0" * 64)))
    assert wrong.words["why"] == "it follows a letter that was not sent"
    assert read_letter(desk.answer(question(2, before=hash_of(first)))).kind == "answer"


def test_the_same_question_again_has_the_same_answer_and_an_older_one_none(desk):
    first = question()
    answer = desk.answer(first)
    assert desk.answer(first) == answer
    desk.answer(question(2, before=hash_of(answer)))
    assert read_letter(desk.answer(first)).words["why"] == "its number is not above the last one"


def test_an_operator_that_was_started_anew_goes_on_from_its_log(desk, tmp_path):
    answer = desk.answer(question())
    desk.close()
    with closing(Desk(Answers(), PLACES, tmp_path, 10.0)) as again:
        assert again.answer(question()) == answer
        assert read_letter(again.answer(question(2, before=hash_of(answer)))).kind == "answer"


def test_what_goes_wrong_with_an_operator_is_not_told(tmp_path):
    class Fails(Answers):
        def respond(self, prices, **more):
            raise RuntimeError("load 'hospital' at bus 'd7' is 3 MW")

    with closing(Desk(Fails(), PLACES, tmp_path, 10.0)) as desk:
        body = desk.answer(question())
    assert read_letter(body).kind == "failed"
    assert b"hospital" not in body
    assert read_letter(body).words == {}
