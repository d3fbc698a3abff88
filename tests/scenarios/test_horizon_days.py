"""Days of a year of profiles: 23, 24 or 25 hours, by the clock; what is missing is found."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from scenarios.check import check_scenario
from scenarios.findings import InvalidInput
from scenarios.horizon.days import base_findings, first_periods, scenario_of
from scenarios.horizon.representative import representative_days
from scenarios.horizon.series import Series, read_series
from scenarios.horizon.windows import day_findings, window_of
from scenarios.records import Offer, ProfileValue, ShiftableLoad
from scenarios.scenario import Scenario

BERLIN = "Europe/Berlin"
SPRING, AUTUMN, SUMMER = date(2025, 3, 30), date(2025, 10, 26), date(2025, 7, 1)
COUNTED = pd.date_range("2025-01-01", "2026-01-01", freq="h", tz=BERLIN, inclusive="left")


def series(stamps: pd.DatetimeIndex = COUNTED, **profiles) -> Series:
    """Profiles that count periods, or those that are given."""
    columns = profiles or {"sun": np.arange(len(stamps), dtype=float)}
    return Series(pd.DataFrame(columns, index=stamps), stamps[1] - stamps[0])


@pytest.fixture
def hourly(tiny) -> Scenario:
    """The scenario with a day of 24 hours, whose profiles count them."""
    offers = tuple(o for o in tiny.offers if o.owner != "flex")
    by_hour = [Offer("D", "flex", t, 1, 2.0, 40.0 + t) for t in range(1, 25)]
    return replace(
        tiny,
        hours=(1.0,) * 24,
        profiles=tuple(
            ProfileValue(name, t, float(t) if name == "day" else 0.5)
            for name in ("day", "sun")
            for t in range(1, 25)
        ),
        offers=(*offers, *by_hour),
        shiftable_loads=(ShiftableLoad("D", "pump", "d2", 1.2, 1.0, 2, 5),),
    )


def values_of(scenario: Scenario, profile: str) -> list[float]:
    return scenario.profile_arrays[profile].tolist()


def test_a_year_has_a_day_of_23_and_one_of_25_hours():
    counts = [window_of(series(), day).periods for day in series().days]
    assert (len(counts), sum(counts)) == (365, 8760)
    assert [n for n in counts if n != 24] == [23, 25]


def test_a_day_has_its_own_factors(hourly):
    """1 January has the hours 0 to 23 of the year."""
    day = scenario_of(hourly, series(), window_of(series(), date(2025, 1, 1)))
    assert values_of(day, "sun") == list(range(24))
    assert values_of(day, "day") == list(range(1, 25))


@pytest.mark.parametrize("day", [SPRING, SUMMER, AUTUMN])
def test_a_day_is_as_sound_as_the_one_it_comes_of(hourly, day):
    half = series(sun=np.full(len(COUNTED), 0.5))
    assert check_scenario(scenario_of(hourly, half, window_of(half, day))) == ()


@pytest.mark.parametrize(
    ("day", "clock"),
    [(SPRING, [1, 2, *range(4, 25)]), (AUTUMN, [1, 2, 3, *range(3, 25)])],
    ids=["spring", "autumn"],
)
def test_what_is_given_by_hour_goes_by_the_clock(hourly, day, clock):
    """The third hour of the clock is left out in spring and there twice in autumn."""
    found = scenario_of(hourly, series(), window_of(series(), day))
    assert values_of(found, "day") == clock
    prices = [o.price_usd_per_mwh for o in found.offers if o.owner == "flex"]
    assert prices == [40.0 + hour for hour in clock]
    assert [o.period for o in found.offers if o.owner == "flex"] == list(found.periods)


@pytest.mark.parametrize(("day", "window"), [(SPRING, (2, 4)), (SUMMER, (2, 5)), (AUTUMN, (2, 6))])
def test_windows_of_shiftable_loads_go_by_the_clock(hourly, day, window):
    """Hours 2 to 5: one fewer in spring, one more in autumn."""
    (pump,) = scenario_of(hourly, series(), window_of(series(), day)).shiftable_loads
    assert (pump.first_period, pump.last_period) == window


def test_a_quarter_of_an_hour_is_like_its_hour(hourly):
    stamps = pd.date_range("2025-07-01", periods=96, freq="15min", tz=BERLIN)
    day = scenario_of(hourly, series(stamps), window_of(series(stamps), SUMMER))
    assert set(day.hours) == {0.25}
    assert values_of(day, "day") == [float(t) for t in range(1, 25) for _ in range(4)]
    assert values_of(day, "sun") == list(range(96))


def test_one_period_stands_for_all(hourly):
    single = replace(first_periods(hourly, 1), shiftable_loads=())
    day = scenario_of(single, series(), window_of(series(), SPRING))
    assert values_of(day, "day") == [1.0] * 23


def test_looking_ahead_shows_the_next_hours_and_ends_with_the_series(hourly):
    ahead = window_of(series(), date(2025, 1, 1), 6)
    assert values_of(scenario_of(hourly, series(), ahead), "sun") == list(range(30))
    assert ahead.periods == 24
    assert len(window_of(series(), date(2025, 12, 31), 6).stamps) == 24


def test_shiftable_loads_stay_in_the_day_when_looking_ahead(hourly):
    (pump,) = scenario_of(hourly, series(), window_of(series(), SUMMER, 12)).shiftable_loads
    assert (pump.first_period, pump.last_period) == (2, 5)


# Files --------------------------------------------------------------------------------------------


def written(tmp_path, stamps, **columns):
    path = tmp_path / "year.csv"
    pd.DataFrame({"time": stamps, **columns}).to_csv(path, index=False)
    return path


def test_one_instant_is_the_same_in_all_ways_of_writing_it(tmp_path):
    """25 hours of autumn: with an offset, in UTC, and by the clock alone."""
    day = pd.date_range("2025-10-26", "2025-10-27", freq="h", tz=BERLIN, inclusive="left")
    ways = ([t.isoformat() for t in day], [t.isoformat() for t in day.tz_convert("UTC")],
            [t.strftime("%Y-%m-%d %H:%M") for t in day])  # fmt: skip
    for way in ways:
        found = read_series(written(tmp_path, way, sun=range(25)), BERLIN, {"sun"})
        assert list(found.stamps) == list(day)
        assert found.step_h == 1.0


def test_parquet_and_csv_say_the_same(tmp_path):
    frame = series().factors.rename_axis("time").reset_index()
    frame.to_parquet(tmp_path / "year.parquet")
    found = read_series(tmp_path / "year.parquet", BERLIN, {"sun"})
    assert found.factors["sun"].tolist() == series().factors["sun"].tolist()
    assert found.stamps[0] == COUNTED[0]


DAY = [f"2025-07-01T{hour:02d}:00+02:00" for hour in range(24)]


@pytest.mark.parametrize(
    ("stamps", "columns", "finding"),
    [
        (DAY, {"sum": range(24)}, "the scenario has no such profile"),
        (DAY, {"sun": [*range(20), None, None, 1, 1]}, "2 values are missing, the first at 2025"),
        (DAY, {"sun": ["much"] * 24}, "it holds no numbers"),
        (DAY, {}, "it holds no profile"),
        ([DAY[0], *DAY[:-1]], {"sun": range(24)}, "00:00:00+02:00 follows 2025-07-01T00"),
        (["noon"] * 24, {"sun": range(24)}, "they cannot be read in zone 'Europe/Berlin'"),
        (["2025-03-30 02:30", "2025-03-30 03:30"], {"sun": [1, 2]}, "cannot be read in zone"),
        (DAY[:1], {"sun": [1]}, "it has 1 rows"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_used_are_findings(tmp_path, stamps, columns, finding):
    with pytest.raises(InvalidInput) as refused:
        read_series(written(tmp_path, stamps, **columns), BERLIN, {"sun"})
    assert finding in str(refused.value)


def test_an_unknown_zone_is_told_with_near_ones(tmp_path):
    with pytest.raises(InvalidInput, match="near: 'Europe/Berlin'"):
        read_series(written(tmp_path, DAY, sun=range(24)), "Europe/Berln", {"sun"})


def test_a_missing_file_is_a_finding(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_series(tmp_path / "none.csv", BERLIN, {"sun"})


@pytest.mark.parametrize(
    ("stamps", "finding"),
    [
        (COUNTED[:10], "14 of 24 periods are missing, 10:00 to 23:00"),
        (COUNTED[24:48], "the profiles have no row of it"),
        (COUNTED[:24] + pd.Timedelta(minutes=30), "is no start of a period of 1 h"),
    ],
)
def test_days_that_are_not_whole_are_findings(stamps, finding):
    (found,) = day_findings(series(stamps), [date(2025, 1, 1)])
    assert finding in found.finding


def test_a_day_that_cannot_stand_for_others_is_a_finding(tiny, hourly):
    assert [f.finding for f in base_findings(tiny, series())] == ["its day lasts 2.5 h"]
    coarse = series(COUNTED[::2])
    (found,) = base_findings(hourly, coarse)
    assert found.finding == "its periods are shorter than 2 h, those of the profiles"
    assert list(base_findings(hourly, series())) == []


# Representative days ------------------------------------------------------------------------------


def test_each_kind_of_day_has_one_that_stands_for_it():
    """Of 365 days 90 are dark, 275 bright: two days at no distance from those they stand for."""
    dark = COUNTED.day_of_year.to_numpy() <= 90
    kinds = series(sun=np.where(dark, 0.1, 0.9))
    found = representative_days(kinds, kinds.days, 2)
    assert sorted(found.values()) == [90.0, 275.0]


def test_all_days_stand_for_themselves():
    ten = series().days[:10]
    assert representative_days(series(), ten, 10) == dict.fromkeys(ten, 1.0)


def test_weights_add_up_to_all_days():
    draw = np.random.default_rng(1)
    noisy = series(sun=draw.uniform(0, 1, len(COUNTED)))
    found = representative_days(noisy, noisy.days, 8)
    assert (len(found), sum(found.values())) == (8, 365.0)
