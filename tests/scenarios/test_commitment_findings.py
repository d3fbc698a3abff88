"""Plants that cannot be what their rows say are found, each alone and with its cure."""

import dataclasses

import pytest

from market.designs.integrated import Integrated
from market.designs.local_only import LocalOnly
from market.operators.operators import Operators
from scenarios.check import check_scenario
from scenarios.findings import InvalidInput
from scenarios.records import Commitment, Fee, Generator, Offer, ProfileValue, Startup
from scenarios.variants.margins import Margins
from studies.study.fitting import refuse_unfit
from tests.market.commitment.one_bus import one_bus, plant, start, unit

FLAT = tuple(ProfileValue("flat", t, 1.0) for t in (1, 2))
PLANT = one_bus(
    [60.0, 30.0],
    [unit("base", 50.0, 20.0), unit("gas", 40.0, 50.0, least=10.0)],
    commitments=[plant("gas", min_up_h=2.0, min_down_h=1.0)],
    startups=start("gas", (1.0, 100.0), (4.0, 200.0)),
)
SOUND = dataclasses.replace(PLANT, profiles=(*PLANT.profiles, *FLAT))


def with_plant(**values):
    return dataclasses.replace(SOUND, commitments=(plant("gas", **values),))


def with_starts(*costs):
    return dataclasses.replace(SOUND, startups=tuple(start("gas", *costs)))


def with_gas(**values):
    units = (SOUND.generators[0], dataclasses.replace(SOUND.generators[1], **values))
    return dataclasses.replace(SOUND, generators=units)


STRANGER = dataclasses.replace(SOUND, commitments=(*SOUND.commitments, Commitment("T", "gaz")))
HOURLY = tuple(Offer("T", "gas", t, 1, mw, 50.0) for t, mw in ((1, 40.0), (2, 45.0)))
BID_FEE = Fee("T", "use", "producer", None, 0.0, 2.0, in_bids=True)
BROKEN = [
    (dataclasses.replace(SOUND, fees=(BID_FEE,)), "'gas' starts and stops", "settled after"),
    (STRANGER, "'gaz' is not in table 'generators' of area 'T'", "near: 'gas'"),
    (
        dataclasses.replace(SOUND, startups=(*SOUND.startups, Startup("T", "base", 1, 0.0, 9.0))),
        "'base' is not in table 'commitments'",
        "near: 'gas'",
    ),
    (with_plant(min_up_h=-1.0), "-1.0 h", "must be >= 0"),
    (with_plant(min_down_h=-1.0), "-1.0 h", "must be >= 0"),
    (with_plant(hours_before=0.0), "0.0 h", "must be > 0"),
    (with_plant(ramp_up_mw_per_h=0.0), "0.0 MW/h", "must be > 0"),
    (with_plant(p_start_mw=5.0), "5.0 MW, below p_min_mw of 10.0 MW", "raise p_start_mw"),
    (with_plant(p_stop_mw=5.0), "5.0 MW, below p_min_mw of 10.0 MW", "raise p_stop_mw"),
    (with_plant(must_run=True, out_of_service=True), "and is out of service", "clear must_run"),
    (with_plant(p_before_mw=20.0), "off before the first period", "set on_before"),
    (with_plant(on_before=True), "0.0 MW, but the plant is on", "within the limits"),
    (
        with_plant(
            on_before=True, p_before_mw=10.0, min_up_h=3.0, hours_before=1.0, out_of_service=True
        ),
        "by min_up_h it must stay on for 2 h more",
        "clear out_of_service",
    ),
    (
        with_plant(min_down_h=3.0, hours_before=1.0, must_run=True),
        "by min_down_h it must stay off for 2 h more",
        "clear must_run",
    ),
    (
        with_plant(on_before=True, p_before_mw=20.0, p_stop_mw=15.0, out_of_service=True),
        "20.0 MW is above p_stop_mw",
        "raise p_stop_mw",
    ),
    (with_starts((1.0, 100.0), (1.0, 200.0)), "1.0 h, not above 1.0 h", "in order of off_h"),
    (with_starts((1.0, 100.0), (4.0, 50.0)), "50.0 $, below 100.0 $", "costs no less"),
    (with_starts((2.0, 100.0)), "may start after 1 h", "lower off_h"),
    (
        dataclasses.replace(SOUND, startups=(Startup("T", "gas", 2, 1.0, 100.0),)),
        "the categories are 2",
        "1, 2, 3",
    ),
    (with_gas(ramp_mw_per_h=5.0), "5.0 MW/h, but it has a commitment", "ramp_up_mw_per_h"),
    (with_gas(p_initial_mw=15.0), "15.0 MW, but it has a commitment", "p_before_mw"),
    (with_gas(profile="flat"), "'flat', but it has a commitment", "same limits in every period"),
    (
        dataclasses.replace(SOUND, offers=(SOUND.offers[0], *HOURLY)),
        "45.0 MW, but 40.0 MW in another period",
        "the same quantities",
    ),
    (dataclasses.replace(SOUND, hours=(1.0, 0.5)), "periods of 0.5, 1 h", "one length"),
]


def test_the_plant_itself_is_sound():
    assert check_scenario(SOUND) == ()


@pytest.mark.parametrize(("scenario", "finding", "cure"), BROKEN, ids=lambda part: str(part)[:40])
def test_what_is_wrong_is_found_alone(scenario, finding, cure):
    (found,) = check_scenario(scenario)
    assert finding in found.finding
    assert cure in found.cure


def test_a_design_that_does_not_commit_is_refused_at_the_door():
    """In a study and in memory alike."""
    with pytest.raises(InvalidInput, match="'local_only' does not decide which plants are on"):
        refuse_unfit("study", {"mine": LocalOnly()}, SOUND, Margins())
    with pytest.raises(InvalidInput, match="does not decide which plants are on"):
        LocalOnly().clear(Operators(SOUND))


def test_costs_with_a_slope_are_refused():
    """The search is for linear programs."""
    bent = Offer("T", "base", None, 1, 50.0, 20.0, 0.1)
    scenario = dataclasses.replace(SOUND, offers=(bent, SOUND.offers[1]))
    with pytest.raises(InvalidInput, match="offer blocks without a slope"):
        Integrated().clear(Operators(scenario))


def test_a_generator_without_a_commitment_is_as_it_was():
    """Its least output is kept in every hour."""
    plain = dataclasses.replace(SOUND, commitments=(), startups=())
    found = Integrated().clear(Operators(plain)).frame("dispatch")
    assert found[found["asset"] == "gas"]["p_mw"].tolist() == pytest.approx([10.0, 10.0])
    assert isinstance(plain.generators[1], Generator)
