import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.findings import InvalidInput
from studies.sweep.value_lists import values_of


def test_steps_are_exact_in_decimal():
    assert values_of("x", "0:1:0.1", float) == (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)


def test_stop_is_a_value_only_where_a_step_reaches_it():
    assert values_of("x", "0:1:0.4", float) == (0.0, 0.4, 0.8)


def test_steps_may_fall():
    assert values_of("x", "115:70:-15", float) == (115.0, 100.0, 85.0, 70.0)


def test_a_list_keeps_its_order():
    assert values_of("x", "3, 1,2", float) == (3.0, 1.0, 2.0)


def test_whole_numbers_stay_whole():
    values = values_of("x", "10:30:10", int)
    assert values == (10, 20, 30)
    assert all(isinstance(v, int) for v in values)


@pytest.mark.parametrize(("kind", "expected"), [(str, ("true", "2")), (bool, (True, False))])
def test_texts_and_flags_are_listed(kind, expected):
    text = ",".join(str(v).lower() for v in expected)
    assert values_of("x", text, kind) == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(-50, 50), st.integers(1, 30), st.integers(1, 40))
def test_so_many_steps_give_one_value_more(start, step, count):
    """START, START + STEP, ..., START + count STEP, in tenths."""
    stop = start + count * step
    values = values_of("x", f"{start / 10}:{stop / 10}:{step / 10}", float)
    assert values == tuple((start + n * step) / 10 for n in range(count + 1))


@pytest.mark.parametrize(
    ("text", "kind", "finding"),
    [
        ("0:1:0", float, "the step is 0"),
        ("0:1:-0.1", float, "leads away"),
        ("0:1", float, "gives no values"),
        ("0:1:x", float, "'x'"),
        ("0:1e9:0.1", float, "more than"),
        ("", float, "gives no values"),
        ("1,,2", float, "gives no values"),
        ("1,nan", float, "'nan'"),
        ("inf", float, "'inf'"),
        ("1e400", float, "'1e400'"),
        ("1,2,1.0", float, "twice"),
        ("1.5", int, "1.5"),
        ("yes", bool, "'yes'"),
        ("0:1:1", str, "gives no values"),
    ],
)
def test_what_gives_no_values_is_refused(text, kind, finding):
    with pytest.raises(InvalidInput, match=finding):
        values_of("x", text, kind)
