"""A study cut into one folder per operator: what each holds, and what is refused at the door."""

from dataclasses import replace

import pytest

from market.designs import designs
from market.designs.cmo import Cmo
from market.designs.local_wholesale import LocalWholesale
from market.pricing.uniform import Uniform
from scenarios.files import read_scenario
from scenarios.findings import InvalidInput
from scenarios.variants.apart import market_part
from scenarios.writing import write_scenario
from studies.analyses.run_elsewhere import run_elsewhere
from studies.study.apart import refuse_shared_data
from studies.study.operators_file import host_and_port, read_operators
from studies.study.settlement_table import SettlementTable
from studies.study.study import read_study
from tests.studies.conftest import invoke
from tests.studies.elsewhere.conftest import AREAS


def bytes_of(folder):
    return b"".join(f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file())


def test_no_folder_holds_names_of_another_operator(whole, tmp_path):
    """Names that one area alone has: its assets, called after it."""
    scenario = read_scenario(whole / "scenario")
    fields = {"generators": "generator", "offers": "owner", "bids": "bid", "loads": "load",
              "branches": "branch"}  # fmt: skip
    named = scenario.with_tables(
        {
            table: [replace(r, **{f: f"{r.area}~{getattr(r, f)}"}) for r in scenario.table(table)]
            for table, f in fields.items()
        }
    )
    write_scenario(named, tmp_path / "named")
    assert invoke("split", tmp_path / "named", tmp_path / "apart").exit_code == 0
    for own, folder in {"T": "market", **{area: area for area in AREAS}}.items():
        held = bytes_of(tmp_path / "apart" / folder)
        found = {area for area in ("T", *AREAS) if f"{area}~".encode() in held}
        assert found == {own}


def test_each_part_is_a_scenario_in_which_its_operator_sees_what_it_saw(apart, whole):
    scenario = read_scenario(whole / "scenario")
    for area in AREAS:
        part = read_scenario(apart / area / "scenario").area(area)
        view = scenario.area(area)
        assert (part.network, part.assets, part.offers) == (view.network, view.assets, view.offers)
        assert set(part.ports) == set(view.ports)
    upper = read_scenario(apart / "market" / "scenario").area("T")
    assert (upper.network, upper.ports) == (scenario.area("T").network, scenario.area("T").ports)


def test_what_an_area_must_take_is_not_asked_of_a_market_that_cannot_know(whole):
    scenario = read_scenario(whole / "scenario")
    first, *rest = scenario.boundaries
    limits = [replace(first, p_min_mw=0.5, p_max_mw=9.0), *rest]
    (kept, *_) = market_part(scenario.with_tables({"boundaries": limits})).boundaries
    assert (kept.p_min_mw, kept.p_max_mw) == (None, 9.0)


def test_split_says_which_designs_it_leaves_out(whole, tmp_path):
    done = invoke("split", whole, tmp_path / "apart")
    assert "'best' is left out: one operator sees all networks and bids in it" in done.output
    assert list(read_study(tmp_path / "apart" / "market").designs) == ["early", "joint", "local"]


def test_all_that_needs_shared_data_is_refused_together(apart):
    """Every design that needs it, shares chosen by gains, and prices of all areas."""
    study = read_study(apart / "market")
    shared = {n: d() for n, d in designs.items() if d.about.needs_shared_models}
    chosen = {"chosen": LocalWholesale(gamma_choice="equilibrium"), "joint": Cmo()}
    wanting = replace(
        study, designs={**shared, **chosen}, settlement=SettlementTable(Uniform(), by_design=False)
    )
    with pytest.raises(InvalidInput) as caught:
        refuse_shared_data(wanting)
    places = [f.place for f in caught.value.findings]
    assert places == [*(f"[[design]] {n!r}" for n in (*shared, "chosen")), "[settlement] pricing"]
    assert len(shared) > 5


def test_a_run_of_all_data_with_operators_elsewhere_is_refused(apart, whole):
    with pytest.raises(InvalidInput, match="one operator sees all networks"):
        run_elsewhere(whole, apart / "market" / "operators.toml")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ('keys = "k"\noperator = []', "area 'D9' has no operator"),
        ('keys = "k"\n[[operator]]\narea = "X"\naddress = "h:1"', "there is no area 'X'"),
        ('keys = "k"\n[[operator]]\narea = "D9"\naddress = "h"', "write HOST:PORT"),
        ('keys = "k"\nanswer_limit_s = 0.0\noperator = []', "write a time > 0 s"),
        ('keys = "k"\nwait = 1\noperator = []', "unknown key"),
        ("keys = ", "it cannot be read"),
    ],
)
def test_what_is_wrong_with_the_file_of_operators_is_said(apart, tmp_path, text, finding):
    file = tmp_path / "operators.toml"
    file.write_text(text)
    with pytest.raises(InvalidInput, match=finding):
        read_operators(file, read_scenario(apart / "market" / "scenario"))


def test_addresses_are_a_host_and_a_port():
    assert host_and_port("a.example:47001") == ("a.example", 47001)
    assert host_and_port("[::1]:0") == ("[::1]", 0)
    assert {host_and_port(text) for text in ("", "host", ":1", "h:x", "h:99999", "h:-1")} == {None}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("serve", "market", "--keys", "keys"), "it holds 3 distribution areas"),
        (("serve", "D9", "--keys", "none"), "the file is missing"),
        (("serve", "D9", "--keys", "keys", "--listen", "there"), "write HOST:PORT"),
        (("keys", "keys", "--areas", "D1,d1"), "the name is taken"),
        (("split", "D9", "market"), "it is there already"),
    ],
)
def test_commands_refuse_what_they_cannot_do(apart, monkeypatch, args, words):
    monkeypatch.chdir(apart)
    done = invoke(*args)
    assert done.exit_code == 2
    assert words in done.output


def test_a_key_that_others_may_read_is_refused(apart, monkeypatch):
    monkeypatch.chdir(apart)
    (apart / "keys" / "D9.key").chmod(0o644)
    done = invoke("serve", "D9", "--keys", "keys")
    assert done.exit_code == 2
    assert "chmod 600" in done.output


def test_every_operators_own_run_can_be_judged_again(done):
    run, areas = done
    for own in (run, *areas.values()):
        assert invoke("check", own.folder).exit_code == 0


def test_one_operators_run_is_no_grid_to_ask_for_outages(done):
    told = invoke("contingency", "--run", done[0].folder)
    assert told.exit_code == 2
    assert "own run of the operator of area 'T'" in told.output


def test_a_report_says_whose_it_is(done):
    run, areas = done
    assert "what the operator of area" in (run.folder / "report.html").read_text()
    for area, own in {"T": run, **areas}.items():
        for name in ("dispatch", "lmp", "flow", "voltage", "rents", "security_voltage"):
            assert set(own.table("joint", name).area) == {area}, name
