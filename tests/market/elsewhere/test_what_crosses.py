"""No byte that leaves an operator names what it owns, or holds a number of it."""

import struct
from dataclasses import fields

import pytest

from market.designs import designs
from tests.market.elsewhere.conftest import call, elsewhere
from tests.market.test_privacy import marked

ALONE = [name for name, design in designs.items() if not design.about.needs_shared_models]
TABLES = ("buses", "branches", "loads", "bids", "generators", "storage", "offers")
ROUND = 4  # digits: numbers with no more may be of anything


@pytest.fixture(scope="module")
def named(day):
    """The day with every asset called after its area."""
    return marked(day)


def words_of(scenario):
    """Names of what feeders own."""
    rows = [r for t in TABLES for r in scenario.table(t) if r.area != "T"]
    texts = [getattr(r, f.name) for r in rows for f in fields(r)]
    return {text.encode() for text in texts if isinstance(text, str) and "~" in text}


def numbers_of(scenario):
    """Numbers of feeders, as Arrow and as JSON would write them.

    Prices of offers are left out: that of the marginal one is the price at the root.
    """
    rows = [r for t in TABLES for r in scenario.table(t) if r.area != "T"]
    held = {getattr(r, f.name) for r in rows for f in fields(r) if "usd_per_mwh" not in f.name}
    own = {v for v in held if isinstance(v, float) and round(v, ROUND) != v}
    return {struct.pack("<d", v) for v in own} | {repr(v).encode() for v in own}


@pytest.mark.parametrize("name", ALONE)
def test_no_name_and_no_number_of_a_feeder_is_in_a_letter(named, keys, tmp_path, name):
    sent = []

    def recorded(answer):
        def record(body):
            sent.extend([body, answer(body)])
            return sent[-1]

        return record

    with elsewhere(named, keys, tmp_path) as system, system.market() as operators:
        for desk in system.desks.values():
            desk.answer = recorded(desk.answer)
        call(operators.distribution, name)
        designs[name]().clear(operators, name)
    whole, words, numbers = b"".join(sent), words_of(named), numbers_of(named)
    assert len(words) > 40
    assert len(numbers) > 100
    assert {w for w in words if w in whole} == set()
    assert {n for n in numbers if n in whole} == set()
