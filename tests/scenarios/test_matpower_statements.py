"""Forms of case files: what has no effect is passed over or said, what is not known is refused."""

import time
from pathlib import Path

import pytest

from scenarios.findings import InvalidInput
from scenarios.importers.matpower import import_matpower

TEXT = (Path(__file__).parent / "cases" / "three_bus.m").read_text()
PLAIN = ("area T: MATPOWER case file case.m",)


@pytest.fixture
def imported(tmp_path):
    """Import a text as a case file."""

    def run(text):
        path = tmp_path / "case.m"
        path.write_text(text, encoding="utf-8")
        return import_matpower(path, {}, periods=1)

    return run


@pytest.fixture
def refused(imported):
    """The findings on a text that is not imported."""

    def run(text):
        with pytest.raises(InvalidInput) as error:
            imported(text)
        return [str(finding) for finding in error.value.findings]

    return run


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("three_bus", "three_bus()"),
        TEXT.replace("three_bus", "three_bus(varargin)"),
        TEXT.replace("mpc =", "[mpc] =", 1),
        TEXT.replace("mpc", "ppc"),
        "\ufeff" + TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT + "mpc.bus_name = {'it''s [1'; 'two % 2'; \"three\"};\n",
        TEXT + "%{\nmpc.bus = [];\n%{\n%}\nmpc.bus = [];\n%}\n",
        TEXT + "x = 3;  % don't\n",
        TEXT + "on = false;\nif on\n  for k = 1:3\n  end\n  mpc.bus(:, 3) = f(k);\nend\n",
        TEXT + "if 0\n  mpc.bus = [];\nelse\n  x = 1;\nend\n",
        TEXT + "mpc.dcline = [];\n",
    ],
    ids=[
        "parentheses", "arguments", "output in brackets", "own output name", "byte order mark",
        "Windows lines", "old Mac lines", "names", "nested block comment", "apostrophe in comment",
        "branch not taken", "else", "no DC lines",
    ],
)  # fmt: skip
def test_a_form_without_effect_changes_nothing(imported, text):
    assert imported(text) == imported(TEXT)


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        ("mpc.note = 'hello';", "note"),
        ("mpc.userdata.lat = [1; 2; 3];", "userdata"),
        ("mpc.coordinates(:, 1) = x.y';", "coordinates"),
    ],
)
def test_a_field_that_is_not_used_is_said(imported, statement, field):
    assert imported(TEXT + statement).sources == (*PLAIN, f"area T: not used: mpc.{field}")


def test_a_branch_that_is_taken_counts(imported):
    loads = imported(TEXT + "if 2 - 1\n  mpc.bus(2, 3) = 70;\nend\n").loads
    assert [load.p_mw for load in loads] == [70.0, 60.0]


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("mpc.A = [1 0];", "mpc.A has no counterpart"),
        ("function y = f(x)", "a second function"),
        ("x = (-8) ^ 0.5;", "not a real number"),
        ("x = 1e200 * 1e200;", "not a real number"),
        ("x = 10 ^ 1000;", "not a real number"),
        (f"x = {'9' * 400};", "cannot be read"),
        (f"x = {'9' * 9000};", "cannot be read"),
        ("x = 1_000;", "cannot be read"),
        ("x = 1e400;", "are known"),
        (f"x = {'(' * 300}1{')' * 300};", "cannot be read"),
        (f"x = {'-' * 100_000}1;", "nested too deeply"),
        ("if a > 2\n  mpc.bus = [];\nend", "`if a > 2`"),
        ("mpc.bus(:, 3) = mpc.bus(:, 3)';", "cannot be read"),
        ("mpc.dcline = [1 9 1 0 0 0 0 1 1 0 9 0 0 0 0 0 0];", "T_BUS is 9"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_not_understood_is_refused(refused, statement, finding):
    (found,) = refused(TEXT + statement)
    assert "case.m, line 22" in found
    assert finding in found


def test_reading_time_grows_with_the_file_alone(refused):
    """100,000 block comments that do not end; each looked for its end through all others."""
    start = time.perf_counter()
    refused("%{\n" * 100_000)
    assert time.perf_counter() - start < 5.0
