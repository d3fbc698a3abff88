"""Days of a study: each as if cleared by itself, or from what the day before has left."""

import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tandem
from market.designs.integrated import Integrated
from scenarios.files import write_scenario
from scenarios.findings import InvalidInput
from scenarios.horizon.carry import State, begun_with, state_after
from scenarios.quantity import to_table
from scenarios.records import Commitment, Load, ProfileValue, Startup, Storage
from scenarios.results import PlantState
from studies.horizon import open_horizon, run_horizon
from studies.study.horizon_plan import plan_of
from studies.study.new_study import new_study
from studies.study.study import open_study, read_study
from studies.study.study_text import study_text
from tests.studies.conftest import invoke

HOURS_6 = [f"2025-03-30T{hour:02d}:00" for hour in (0, 6, 12, 18)]
STEP = "6h"
WHOLE = 'profiles = "days.csv"'


def study_of(folder: Path, horizon: str) -> Path:
    """The two-block system with a load and a store; three days in steps of six hours."""
    new_study(folder, "two-blocks")
    scenario = tandem.read_scenario(folder / "scenario")
    area = scenario.distribution[0]
    bus = next(b.root_bus for b in scenario.boundaries)
    scenario = replace(
        scenario,
        loads=(Load(area, "town", bus, 60.0, profile="town"),),
        storage=(Storage(area, "battery", bus, 1.0, 1.0, 12.0, 0.0, 6.0, 0.0),),
        profiles=(ProfileValue("town", 1, 1.0),),
        areas=tuple(replace(a, type="B") if a.area == area else a for a in scenario.areas),
    )
    write_scenario(scenario, folder / "scenario")
    stamps = pd.date_range("2025-03-29", "2025-04-01", freq=STEP, tz="UTC", inclusive="left")
    town = [0.1, 0.5, 0.9, 0.4, 0.2, 0.6, 1.0, 0.3, 0.0, 0.3, 0.8, 0.7]
    pd.DataFrame({"time": stamps, "town": town}).to_csv(folder / "days.csv", index=False)
    text = (folder / "study.toml").read_text() + f"\n[horizon]\n{horizon}\n"
    (folder / "study.toml").write_text(text)
    return folder / "study.toml"


@pytest.fixture(scope="session")
def independent(tmp_path_factory):
    """A study of days by themselves and its finished horizon; not to be changed."""
    folder = tmp_path_factory.mktemp("days")
    study = study_of(folder / "study", WHOLE)
    return study, run_horizon(study, folder / "done", ["cmo", "integrated"])


@pytest.fixture(scope="session")
def in_sequence(tmp_path_factory):
    """The same days, each from what the one before has left, with a look at all of the next."""
    folder = tmp_path_factory.mktemp("sequence")
    study = study_of(folder / "study", f"{WHOLE}\nin_sequence = true\nlook_ahead_h = 24")
    return study, run_horizon(study, folder / "done", ["integrated"])


def test_every_day_is_what_it_is_by_itself(independent):
    study, done = independent
    chosen, scenario = open_study(study)
    plan = plan_of(chosen, scenario)
    rows = done.days.set_index(["day", "design"])
    for day in plan.days:
        alone = tandem.clear(plan.scenario(scenario, day), "integrated")
        for design in ("cmo", "integrated"):
            found = rows.loc[(str(day), design)]
            assert found["welfare_usd"] == pytest.approx(alone.welfare_usd, rel=1e-6)
            assert (found["status"], found["hours"], found["weight"]) == ("ok", 24.0, 1.0)


def test_periods_add_up_to_their_day(independent):
    _, done = independent
    periods = done.table("periods", "cmo")
    sums = (periods["consumed_mw"] * periods["hours"]).groupby(periods["day"]).sum()
    days = done.days[done.days["design"] == "cmo"].set_index("day")
    assert sums.to_numpy() == pytest.approx(days["consumed_mwh"].to_numpy())
    assert list(periods["time"].dt.strftime("%Y-%m-%dT%H:%M")[4:8]) == HOURS_6


def test_what_stores_give_is_what_they_drew(independent):
    """Without losses, and as full at the end of a day as at its beginning or emptier: 6 MWh."""
    _, done = independent
    periods = done.table("periods", "integrated")
    change = (periods["discharged_mw"] - periods["charged_mw"]) * periods["hours"]
    left = periods.groupby("day")["stored_mwh"].last()
    assert (6.0 - left).to_numpy() == pytest.approx(change.groupby(periods["day"]).sum().to_numpy())


def test_a_table_of_all_days_opens_in_one_call(independent):
    _, done = independent
    again = tandem.open_horizon(done.folder)
    lmp = again.table("lmp")
    assert lmp.groupby(["design", "day"]).ngroups == 6
    plain = pd.read_parquet(done.folder / "tables" / "lmp")
    assert len(plain) == len(lmp)
    one = again.table("lmp", "cmo", ["2025-03-30"])
    assert set(zip(one["design"], one["day"], strict=True)) == {("cmo", "2025-03-30")}
    with pytest.raises(InvalidInput, match="near: 'lmp'"):
        again.table("lpm")


def test_best_and_worst_days_have_reports_of_their_own(independent):
    _, done = independent
    page = (done.folder / "horizon.html").read_text()
    rows = done.days[done.days["design"] == "cmo"].sort_values("welfare_usd")
    for day in (rows["day"].iloc[0], rows["day"].iloc[-1]):
        link = f"days/{day}/report.html"
        assert f'href="{link}"' in page
        own = tandem.read_run(done.folder / "days" / day)
        welfare = rows.set_index("day").loc[day, "welfare_usd"]
        assert own.designs["cmo"].welfare_usd == pytest.approx(welfare, rel=1e-9)


def test_every_day_is_checked_as_when_it_is_run_by_itself(independent):
    """Periods that exceed limits, and the loadings, are those of the run of the same day."""
    _, done = independent
    rows = done.days.set_index(["day", "design"])
    for place in (done.folder / "days").iterdir():
        own = tandem.read_run(place)
        ac = own.designs["cmo"].ac
        row = rows.loc[(place.name, "cmo")]
        assert row["periods_violated"] == ac.hours_violated
        assert row["periods_unsolved"] == ac.hours_unsolved
        hours = done.table("security_hour", "cmo", [place.name])["loss_mw"]
        assert hours.tolist() == own.table("cmo", "security_hour")["loss_mw"].tolist()
    assert done.checked == (6, int((done.days["periods_violated"] > 0).sum()))


def test_any_day_runs_by_itself(independent, tmp_path):
    study, done = independent
    own = tandem.run(study, tmp_path / "run", day="2025-03-30")
    row = done.days.set_index(["day", "design"]).loc[("2025-03-30", "integrated")]
    assert own.designs["integrated"].welfare_usd == pytest.approx(row["welfare_usd"], rel=1e-9)
    with pytest.raises(InvalidInput, match="the horizon has no such day"):
        tandem.run(study, tmp_path / "other", day="2025-05-30")


def test_what_is_left_unfinished_is_cleared_to_the_same_table(independent, tmp_path):
    """As if killed: a day without its record, one half written, no table of days; two processes."""
    study, done = independent
    folder = Path(shutil.copytree(done.folder, tmp_path / "killed"))
    kept = (folder / "finished" / "cmo" / "2025-03-29.json").stat().st_mtime_ns
    (folder / "days.parquet").unlink()
    (folder / "finished" / "cmo" / "2025-03-31.json").unlink()
    (folder / "finished" / "integrated" / "2025-03-30.json").write_text('{"figures":')
    with pytest.raises(InvalidInput, match="no finished horizon"):
        open_horizon(folder)
    run_horizon(study, folder, ["cmo", "integrated"], jobs=2)
    for name in ("days.parquet", "days.csv", "horizon.html"):
        assert (folder / name).read_bytes() == (done.folder / name).read_bytes()
    assert (folder / "finished" / "cmo" / "2025-03-29.json").stat().st_mtime_ns == kept


def test_a_process_that_is_killed_is_gone_on_with_to_the_same_table(independent, tmp_path):
    """SIGKILL once one of three days is finished."""
    study, done = independent
    words = ["horizon", study, "--design", "integrated", "--out", tmp_path]
    process = subprocess.Popen([sys.executable, "-m", "tandem", *map(str, words)])
    try:
        while not list(tmp_path.glob("finished/*/*.json")) and process.poll() is None:
            time.sleep(0.002)
    finally:
        process.kill()
    assert process.wait() == -signal.SIGKILL
    kept = {p: p.stat().st_mtime_ns for p in tmp_path.glob("finished/*/*.json")}
    assert 1 <= len(kept) < 3
    again = run_horizon(study, tmp_path, ["integrated"])
    whole = done.days[done.days["design"] == "integrated"].reset_index(drop=True)
    pd.testing.assert_frame_equal(again.days, whole, check_exact=True, check_dtype=False)
    assert {p: p.stat().st_mtime_ns for p in kept} == kept


def test_days_of_other_profiles_are_refused(independent, tmp_path):
    study, done = independent
    folder = Path(shutil.copytree(study.parent, tmp_path / "study"))
    text = (folder / "days.csv").read_text()
    (folder / "days.csv").write_text(text.replace("0.9", "0.8"))
    with pytest.raises(InvalidInput, match="of another study or scenario"):
        run_horizon(folder, done.folder, ["cmo", "integrated"])


# One after the other ------------------------------------------------------------------------------


def test_a_day_begins_with_the_energy_that_the_one_before_has_left(in_sequence):
    _, done = in_sequence
    periods = done.table("periods")
    change = (periods["charged_mw"] - periods["discharged_mw"]) * periods["hours"]
    assert periods["stored_mwh"].to_numpy() == pytest.approx(6.0 + change.cumsum().to_numpy())


def test_who_looks_ahead_far_enough_loses_nothing_by_going_day_by_day(in_sequence):
    """Each day is cleared with the next: the first two days are best together, and so the last two.

    A store of 12 MWh that moves 6 MWh a period is never bound by what lies two days ahead.
    """
    study, done = in_sequence
    chosen, scenario = open_study(study)
    together = _together(scenario, plan_of(chosen, scenario).series)
    whole = tandem.clear(together, "integrated")
    assert done.days["welfare_usd"].sum() == pytest.approx(whole.welfare_usd, rel=1e-9)


def _together(scenario, series):
    """All periods of the series as one day."""
    values = series.factors["town"].tolist()
    profiles = (ProfileValue("town", t, v) for t, v in enumerate(values, start=1))
    return replace(scenario, hours=(series.step_h,) * len(values), profiles=tuple(profiles))


def test_plants_lose_nothing_by_going_day_by_day_either(tmp_path):
    """A plant that costs 900 $ to start and stays on for 18 h, across a midnight."""
    study = study_of(tmp_path / "study", f"{WHOLE}\nin_sequence = true\nlook_ahead_h = 24")
    days = study.parent / "days.csv"
    days.write_text("".join(days.read_text().splitlines(keepends=True)[:9]))  # the first two
    folder = study.parent / "scenario"
    scenario = tandem.read_scenario(folder)
    dear = Commitment("T", "dear", min_up_h=18.0, min_down_h=12.0, hours_before=24.0)
    plants = tuple(
        replace(g, p_min_mw=15.0) if g.generator == "dear" else g for g in scenario.generators
    )
    scenario = replace(
        scenario,
        generators=plants,
        commitments=(dear,),
        startups=(Startup("T", "dear", 1, 12.0, 900.0),),
        bids=(),
        offers=tuple(o for o in scenario.offers if o.owner != "flexible"),
    )
    write_scenario(scenario, folder)
    alone = replace(read_study(study), designs={"integrated": Integrated()})
    table = study.read_text().partition("[horizon]")
    study.write_text(study_text(alone) + "".join(table[1:]))
    done = run_horizon(study, tmp_path / "out")
    series = plan_of(*open_study(study)).series
    whole = tandem.clear(_together(scenario, series), "integrated")
    assert done.days["welfare_usd"].sum() == pytest.approx(whole.welfare_usd, rel=1e-4)
    on = done.table("plant")["on"].tolist()
    assert on == whole.frame("plant")["on"].tolist()
    assert 0 < sum(on) < 8


def test_what_lies_ahead_is_in_no_table(in_sequence):
    _, done = in_sequence
    for name in ("dispatch", "lmp", "flow", "boundary", "ledger", "periods"):
        periods = done.table(name).groupby("day")["period"].max()
        assert set(periods) == {4}, name


def test_plants_go_on_as_they_were():
    """On for the last 2 of 4 hours; one that never changed adds the day to what it had."""
    day = replace(
        tandem.system("two-blocks"),
        hours=(1.0,) * 4,
        commitments=(
            Commitment("T", "a"),
            Commitment("T", "b", on_before=True, hours_before=5.0),
            Commitment("T", "c"),
        ),
    )
    states = {"a": (0, 0, 1, 1), "b": (1, 1, 1, 1), "c": (1, 0, 0, 0)}
    rows = [
        PlantState(t, "T", name, float(on), 0.0, 0.0, 0.0)
        for name, ons in states.items()
        for t, on in enumerate(ons, start=1)
    ]
    cleared = tandem.clear(tandem.system("two-blocks"), "integrated").tables
    tables = {**cleared, "plant": to_table(rows, PlantState)}
    state = state_after(day, tables, 4, None)
    assert state.lasted_h == {"T/a": 2.0, "T/b": 9.0, "T/c": -3.0}
    again = state_after(day, tables, 4, State(lasted_h={"T/b": 24.0}))
    assert again.lasted_h["T/b"] == 28.0


def test_a_plant_begins_with_its_output_and_its_hours():
    day = tandem.system("two-blocks")
    first, *_ = (g for g in day.generators if g.area == day.transmission)
    name = f"{first.area}/{first.generator}"
    day = replace(day, commitments=(Commitment(first.area, first.generator),))
    on = begun_with(day, State(output_mw={name: 1.5}, lasted_h={name: 7.0})).commitments[0]
    off = begun_with(day, State(output_mw={name: 0.0}, lasted_h={name: -3.0})).commitments[0]
    assert (on.on_before, on.p_before_mw, on.hours_before) == (True, 1.5, 7.0)
    assert (off.on_before, off.p_before_mw, off.hours_before) == (False, 0.0, 3.0)


# Bad input ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("horizon", "finding"),
    [
        ('profiles = "none.csv"', "it cannot be read"),
        (f'{WHOLE}\nzone = "Europe/Berln"', "near: 'Europe/Berlin'"),
        (f'{WHOLE}\nfirst = "30.3.2025"', 'write a date such as "2025-01-31"'),
        (f'{WHOLE}\nlast = "2025-04-02"', "the profiles have no row of it"),
        (f'{WHOLE}\nfirst = "2025-03-31"\nlast = "2025-03-30"', "no day from 2025-03-31 to"),
        (f'{WHOLE}\ndays = {{ "2025-03-30" = 200 }}', "which add up to 200"),
        (
            f'{WHOLE}\nstands_for = 365\ndays = {{ "2025-03-30" = 200, "2025-03-31" = 164 }}',
            "the weights add up to 364, not to stands_for = 365",
        ),
        (f'{WHOLE}\ndays = {{ "2025-03-30" = -1 }}', "the weight is -1"),
        (f'{WHOLE}\nfirst = "2025-03-29"\ndays = {{ "2025-03-30" = 1 }}', "leave out this key"),
        (f"{WHOLE}\nrepresentative = 4", "4 of 3 days"),
        (f"{WHOLE}\nrepresentative = 2\nin_sequence = true", "do not follow one another"),
        (
            f'{WHOLE}\nin_sequence = true\ndays = {{ "2025-03-29" = 1, "2025-03-31" = 1 }}',
            "2025-03-31 does not follow 2025-03-29",
        ),
        (f"{WHOLE}\nlook_ahead_h = 48", "write hours from 0 to 24"),
        (f"{WHOLE}\nlook_ahed_h = 4", "near: 'look_ahead_h'"),
        ("", "the key is missing"),
    ],
)
def test_a_horizon_that_cannot_be_cleared_is_refused_with_a_cure(tmp_path, horizon, finding):
    study = study_of(tmp_path / "study", horizon)
    with pytest.raises(InvalidInput) as refused:
        run_horizon(study, tmp_path / "out")
    assert finding in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_study_without_days_is_told_so(tmp_path):
    study = new_study(tmp_path / "study", "two-blocks")
    with pytest.raises(InvalidInput, match="it has no horizon"):
        run_horizon(study, tmp_path / "out")


def test_weighted_days_add_up_to_what_they_stand_for(tmp_path):
    weights = '{ "2025-03-29" = 300, "2025-03-31" = 65 }'
    study = study_of(tmp_path / "study", f"{WHOLE}\nstands_for = 365\ndays = {weights}")
    done = run_horizon(study, tmp_path / "out", ["integrated"])
    assert dict(zip(done.days["day"], done.days["weight"], strict=True)) == {
        "2025-03-29": 300.0,
        "2025-03-31": 65.0,
    }
    total = np.dot(done.days["weight"], done.days["welfare_usd"])
    assert f"{total:,.2f}" in (done.folder / "horizon.html").read_text()


# Sweeps and the command line ----------------------------------------------------------------------


def test_days_are_swept_like_any_parameter(independent, tmp_path):
    study, done = independent
    days = ["2025-03-31", "2025-03-29"]
    swept = tandem.sweep(study, [f"day={','.join(days)}"], tmp_path / "swept", ["integrated"])
    rows = done.days[done.days["design"] == "integrated"].set_index("day")
    found = swept.designs.to_pandas().set_index("day")["welfare_usd"]
    assert found.loc[days].to_numpy() == pytest.approx(rows.loc[days, "welfare_usd"].to_numpy())


def test_a_day_that_is_not_there_cannot_be_swept(independent, tmp_path):
    study, _ = independent
    with pytest.raises(InvalidInput, match="near: '2025-03-3"):
        tandem.sweep(study, ["day=2025-03-3"], tmp_path / "swept")


def test_the_command_line_tells_days_and_their_states(independent, tmp_path):
    study, done = independent
    folder = shutil.copytree(done.folder, tmp_path / "again")
    words = ["--design", "cmo", "--design", "integrated", "--out", folder]
    found = invoke("horizon", study, *words, "--json")
    assert found.exit_code == 0, found.output
    assert '"days": 3' in found.stdout
    assert json.loads(found.stdout)["ac_checked"] == 6
    assert invoke("check", study).exit_code == 0
    assert invoke("run", study, "--day", "soon", "--out", tmp_path / "run").exit_code == 2
