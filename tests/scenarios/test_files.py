"""A scenario survives its folder; a broken folder is described, never a traceback."""

import dataclasses
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.files import read_scenario, scenario_findings, write_scenario
from scenarios.findings import InvalidInput
from scenarios.quantity import arrow_schema
from scenarios.records import MANDATORY, TABLES, Branch, Load

Break = Callable[[Path], None]


@pytest.fixture
def folder(tiny, tmp_path) -> Path:
    """The tiny scenario on disk."""
    write_scenario(tiny, tmp_path / "tiny")
    return tmp_path / "tiny"


def table(name: str, change: Callable[[pa.Table], pa.Table]) -> Break:
    """Rewrite one table of a folder."""

    def rewrite(folder: Path) -> None:
        path = folder / f"{name}.parquet"
        pq.write_table(change(pq.read_table(path)), path)

    return rewrite


def column(name: str, column: str, values: pa.Array) -> Break:
    """Write other values (of another type) into a column."""

    def change(t: pa.Table) -> pa.Table:
        return t.set_column(t.column_names.index(column), column, values)

    return table(name, change)


def text(old: str, new: str) -> Break:
    """Change the text of scenario.toml."""

    def rewrite(folder: Path) -> None:
        path = folder / "scenario.toml"
        held = path.read_text(encoding="utf-8")
        assert old in held
        path.write_text(held.replace(old, new), encoding="utf-8")

    return rewrite


def rename(name: str, **columns: str) -> Break:
    """Rename columns of a table."""
    return table(name, lambda t: t.rename_columns([columns.get(c, c) for c in t.column_names]))


def with_unit(unit: str) -> Callable[[pa.Table], pa.Table]:
    """Claim another unit for the loads' p_mw."""

    def change(t: pa.Table) -> pa.Table:
        i = t.column_names.index("p_mw")
        return t.cast(t.schema.set(i, t.field(i).with_metadata({"unit": unit})))

    return change


def doubled(t: pa.Table) -> pa.Table:
    """Repeat the first column."""
    return t.append_column(t.field(0), t.column(0))


BROKEN: list[tuple[str, Break, str, str]] = [
    ("no scenario.toml", lambda f: (f / "scenario.toml").unlink(), "scenario.toml", "missing"),
    ("broken TOML", text("format = 1", "format 1"), "scenario.toml", "cannot be read"),
    ("TOML that is not text", lambda f: (f / "scenario.toml").write_bytes(b"\xff\xfe"),
     "scenario.toml", "cannot be read"),
    ("unknown key", text("currency", "curency"), "key 'curency'", "near: 'currency'"),
    ("missing key", text("voll_usd_per_mwh = 500.0\n", ""), "key 'voll_usd_per_mwh'", "missing"),
    ("text for a number", text("500.0", "'500'"), "key 'voll_usd_per_mwh'", "write a number"),
    ("true for a number", text("500.0", "true"), "key 'voll_usd_per_mwh'", "write a number"),
    ("nan in the header", text("500.0", "nan"), "key 'voll_usd_per_mwh'", "nan"),
    ("text among the hours", text("0.5]", "'0.5']"), "key 'hours'", "a list of numbers"),
    ("zero hours", text("0.5]", "0.0]"), "key 'hours'", "0.0 h"),
    ("unknown format", text("format = 1", "format = 2"), "key 'format'", "format 2"),
    ("one hour without periods", text("[1.0, 1.0, 0.5]", "1.0"), "key 'periods'", "add periods"),
    ("no periods", text("[1.0, 1.0, 0.5]", "1.0\nperiods = 0"), "key 'periods'", "from 1 to"),
    ("more periods than memory", text("[1.0, 1.0, 0.5]", "1.0\nperiods = 1000000000"),
     "key 'periods'", "from 1 to"),
    ("number beyond 64 bits", text("500.0", "1" + "0" * 400), "key 'voll_usd_per_mwh'",
     "write a number"),
    ("nested beyond reason", text("sources = [", "sources = [" + "[" * 5000), "scenario.toml",
     "cannot be read"),
    ("periods that disagree", text("[1.0, 1.0, 0.5]", "[1.0, 1.0, 0.5]\nperiods = 4"),
     "key 'periods'", "hours lists 3"),
    ("no table of buses", lambda f: (f / "buses.parquet").unlink(),
     "table 'buses'", "the file is missing"),
    ("unknown table", lambda f: (f / "lodas.parquet").write_bytes(b""),
     "file 'lodas.parquet'", "near: 'loads.parquet'"),
    ("table in another format", lambda f: (f / "loads.csv").write_text("area,load"),
     "file 'loads.csv'", "'loads.parquet'"),
    ("not a Parquet file", lambda f: (f / "loads.parquet").write_text("area,load"),
     "table 'loads'", "cannot be read"),
    ("empty file", lambda f: (f / "loads.parquet").write_bytes(b""),
     "table 'loads'", "cannot be read"),
    ("folder for a file", lambda f: ((f / "loads.parquet").unlink(),
     (f / "loads.parquet").mkdir()), "table 'loads'", "cannot be read"),
    ("dangling link", lambda f: ((f / "loads.parquet").unlink(),
     (f / "loads.parquet").symlink_to("nowhere")), "table 'loads'", "leads nowhere"),
    ("dangling link for a mandatory table", lambda f: ((f / "buses.parquet").unlink(),
     (f / "buses.parquet").symlink_to("nowhere")), "table 'buses'", "leads nowhere"),
    ("pipe", lambda f: ((f / "loads.parquet").unlink(), os.mkfifo(f / "loads.parquet")),
     "table 'loads'", "it is no file"),
    ("more hours than days have", text("[1.0, 1.0, 0.5]", "[" + "1.0, " * 20000 + "0.5]"),
     "key 'hours'", "it lists 20001 periods"),
    ("missing column", table("branches", lambda t: t.drop_columns(["x_pu"])),
     "table 'branches', column 'x_pu'", "the column is missing"),
    ("unknown column", rename("branches", rating_mva="rating"),
     "table 'branches', column 'rating'", "near: 'rating_mva'"),
    ("column twice", table("loads", doubled), "table 'loads', column 'area'", "twice"),
    ("text in a column of numbers", column("loads", "p_mw", pa.array(["50", "3"])),
     "table 'loads', column 'p_mw'", "the type is string"),
    ("numbers in a column of names", column("bids", "bus", pa.array([2])),
     "table 'bids', column 'bus'", "write it as string"),
    ("numbers in a column of flags", column("branches", "in_service", pa.array([1, 1, 1, 1, 1, 0])),
     "table 'branches', column 'in_service'", "write it as bool"),
    ("fraction for a whole number", column("profiles", "period",
     pa.array([1, 2, 3, 1, 2.5, 3])), "table 'profiles', column 'period'", "2.5"),
    ("null in a mandatory column", column("branches", "x_pu",
     pa.array([0.1, None, 0.1, 0.01, 0.0, 0.01])),
     "table 'branches', row 2, column 'x_pu'", "null"),
    ("null where a default exists", column("loads", "n_p", pa.array([None, 1.0])),
     "table 'loads', row 1, column 'n_p'", "0.0"),
    ("nan", column("loads", "p_mw", pa.array([float("nan"), 3.0])),
     "table 'loads', row 1, load 'T/city', column 'p_mw'", "nan"),
    ("another unit", table("loads", with_unit("kW")), "table 'loads', column 'p_mw'", "'kW'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("breaks", "place", "said"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN]
)
def test_a_broken_folder_has_one_finding(folder, breaks, place, said):
    breaks(folder)
    found = scenario_findings(folder)
    assert len(found) == 1, "\n".join(map(str, found))
    assert place in found[0].place
    assert said in f"{found[0].finding}; {found[0].cure}"


def test_a_scenario_survives_its_folder(tiny, folder):
    assert read_scenario(folder) == tiny


def test_a_missing_folder_is_one_finding(tmp_path):
    (found,) = scenario_findings(tmp_path / "none")
    assert found.finding == "the folder does not exist"


def test_findings_of_files_columns_and_records_come_together(folder):
    """An unknown key, a column left out, a NaN and an unknown bus: four findings."""
    text("currency", "curency")(folder)
    table("bids", lambda t: t.drop_columns(["bus"]))(folder)
    column("loads", "p_mw", pa.array([float("nan"), 3.0]))(folder)
    column("storage", "bus", pa.array(["d33"]))(folder)
    places = " ".join(finding.place for finding in scenario_findings(folder))
    for part in ("'curency'", "'bids', column 'bus'", "'T/city'", "'D/battery'"):
        assert part in places
    assert len(scenario_findings(folder)) == 4


def test_reading_raises_with_every_finding(folder):
    column("loads", "n_p", pa.array([-1.0, -3.0]))(folder)
    with pytest.raises(InvalidInput, match="2 problems") as raised:
        read_scenario(folder)
    assert raised.value.findings == scenario_findings(folder)


def test_columns_with_defaults_may_be_left_out(tiny, folder):
    table("branches", lambda t: t.drop_columns(["b_pu", "shift_deg"]))(folder)
    assert read_scenario(folder) == tiny


def test_whole_numbers_and_single_precision_are_numbers(tiny, folder):
    column("loads", "p_mw", pa.array([50, 3]))(folder)
    column("bids", "p_max_mw", pa.array([2.0], pa.float32()))(folder)
    column("profiles", "period", pa.array([1.0, 2.0, 3.0, 1.0, 2.0, 3.0]))(folder)
    assert read_scenario(folder) == tiny


def test_names_may_be_categories(tiny, folder):
    column("loads", "area", pa.array(["T", "D"]).dictionary_encode())(folder)
    assert read_scenario(folder) == tiny


def test_files_carry_their_units(folder):
    schema = pq.read_schema(folder / "loads.parquet")
    assert schema.field("p_mw").metadata[b"unit"] == b"MW"


def test_only_tables_with_rows_are_written(tiny, tmp_path):
    bare = dataclasses.replace(tiny, **dict.fromkeys(TABLES, ()))
    write_scenario(bare, tmp_path / "bare")
    names = sorted(path.name for path in (tmp_path / "bare").iterdir())
    assert names == sorted(["scenario.toml", *(f"{name}.parquet" for name in MANDATORY)])


def test_a_day_of_equal_periods_is_one_length_and_a_count(tiny, tmp_path):
    hourly = dataclasses.replace(tiny, hours=(1.0, 1.0, 1.0))
    write_scenario(hourly, tmp_path / "hourly")
    assert "hours = 1.0\nperiods = 3\n" in (tmp_path / "hourly" / "scenario.toml").read_text()
    assert read_scenario(tmp_path / "hourly") == hourly


def test_writing_twice_gives_the_same_bytes(tiny, folder, tmp_path):
    write_scenario(tiny, tmp_path / "again")
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_a_scenario_is_replaced_as_a_whole(tiny, folder, tmp_path):
    write_scenario(dataclasses.replace(tiny, storage=(), name="second"), folder)
    assert read_scenario(folder).storage == ()
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]


def test_a_folder_with_other_files_is_not_replaced(tiny, folder):
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(InvalidInput, match=r"notes\.txt"):
        write_scenario(tiny, folder)
    assert (folder / "notes.txt").read_text() == "mine"


def test_an_empty_folder_is_filled(tiny, tmp_path):
    write_scenario(tiny, tmp_path)
    assert read_scenario(tmp_path) == tiny


def test_a_failed_write_leaves_the_former_scenario(tiny, folder, tmp_path):
    wrong = dataclasses.replace(tiny, loads=(Load("T", "city", "t3", "fifty"),))
    with pytest.raises((pa.ArrowException, TypeError, ValueError)):
        write_scenario(wrong, folder)
    assert read_scenario(folder) == tiny
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]


numbers = st.floats(-1e6, 1e6, allow_subnormal=False)
texts = st.text(max_size=20)


@settings(max_examples=30, deadline=None)
@given(
    name=texts.filter(lambda name: name and name.isprintable()),
    sources=st.lists(texts, max_size=3).map(tuple),
    hours=st.lists(st.floats(0.1, 24.0), min_size=3, max_size=3).map(tuple),
    voll=st.floats(400.0, 1e5),
    impedances=st.lists(
        st.tuples(st.floats(0.0, 9.0, allow_subnormal=False), st.floats(0.01, 9.0), numbers),
        max_size=6,
    ),
    loads=st.lists(
        st.tuples(st.floats(0.0, 1e6, allow_subnormal=False), numbers, st.none() | st.just("day")),
        max_size=6,
    ),
)
def test_any_numbers_survive_their_folder(tiny, name, sources, hours, voll, impedances, loads):
    scenario = dataclasses.replace(
        tiny,
        name=name,
        sources=sources,
        hours=hours,
        voll_usd_per_mwh=voll,
        generators=tiny.generators[1:],
        offers=tiny.offers[2:],
        storage=(),
        shiftable_loads=(),
        branches=tiny.branches
        + tuple(
            Branch("T", f"line {n}", "t1", "t2", r, x, b) for n, (r, x, b) in enumerate(impedances)
        ),
        loads=tuple(
            Load("T", f"load {n}", "t2", p, q, profile=profile)
            for n, (p, q, profile) in enumerate(loads)
        ),
    )
    with tempfile.TemporaryDirectory() as parent:
        write_scenario(scenario, Path(parent) / "any")
        assert read_scenario(Path(parent) / "any") == scenario


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.floats(0.0, 1.0, exclude_max=True), byte=st.integers(1, 255))
def test_a_changed_byte_is_found_or_harmless(tiny, folder, place, byte):
    """Checksums guard the values, so a change is reported or stands where nothing is read."""
    path = folder / "branches.parquet"
    sound = path.read_bytes()
    i = int(place * len(sound))
    path.write_bytes(sound[:i] + bytes([sound[i] ^ byte]) + sound[i + 1 :])
    found = scenario_findings(folder)
    scenario = None if found else read_scenario(folder)
    path.write_bytes(sound)
    assert found or scenario == tiny


def test_every_table_has_a_schema_with_meanings():
    for record in TABLES.values():
        assert all(field.metadata[b"meaning"] for field in arrow_schema(record))
