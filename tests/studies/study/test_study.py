import pytest

from market.coordination.gate import Gate
from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.pricing.lmp import Nodal
from scenarios.findings import InvalidInput
from studies import Study, read_study
from studies.study.operators import operators_of
from studies.study.study import open_study
from studies.study.study_text import study_text

HEAD = 'format = 1\nname = "s"\nscenario = "scenario"\n'
DESIGN = '[[design]]\nkind = "integrated"\n'


@pytest.fixture
def write(study):
    def write_text(text):
        study.write_text(text, encoding="utf-8")
        return study

    return write_text


def findings_of(path):
    with pytest.raises(InvalidInput) as caught:
        read_study(path)
    return caught.value.findings


def test_defaults_fill_what_a_study_leaves_out(write):
    study = read_study(write(HEAD + DESIGN))
    assert study.formulation.transmission == "dc"
    assert study.formulation.distribution == "lindistflow"
    assert study.solver.time_limit_s == 600.0


def test_the_rule_of_settlement_is_that_of_the_study(write):
    text = HEAD + DESIGN + '[settlement]\nrule = "dlmp"\n'
    study = read_study(write(text))
    assert study.settlement.pricing == Nodal("dlmp")
    assert read_study(write(study_text(study))).settlement == study.settlement


def test_a_misspelt_rule_is_found(write):
    (finding,) = findings_of(write(HEAD + DESIGN + '[settlement]\nrule = "dmlp"\n'))
    assert finding.place == "[settlement], key 'rule'"
    assert "'dlmp'" in finding.cure


def test_what_areas_disclose_is_nothing_unless_the_study_says_so(write):
    quiet, told = (
        open_study(write(HEAD + DESIGN + more))
        for more in ("", '[coordination]\ndiscloses = "storage"\n')
    )
    assert {d.discloses for d in operators_of(*quiet).distribution} == {"nothing"}
    assert {d.discloses for d in operators_of(*told).distribution} == {"storage"}
    assert read_study(write(study_text(told[0]))).coordination == told[0].coordination


def test_what_nobody_can_disclose_is_found(write):
    (finding,) = findings_of(write(HEAD + DESIGN + '[coordination]\ndiscloses = "storages"\n'))
    assert finding.place == "[coordination], key 'discloses'"
    assert "'storage'" in finding.cure


CLOCK = '[coordination]\nopens = "10:00"\ncloses = "12:00"\nround_minutes = 7.0\nlate = "stop"\n'


def test_the_gate_of_a_study_is_that_of_its_operators(write):
    """120 minutes hold 17 rounds of 7."""
    study, scenario = open_study(write(HEAD + DESIGN + CLOCK))
    gate = operators_of(study, scenario).gate
    assert gate == Gate("10:00", "12:00", 7.0, "stop")
    assert gate.most_rounds == 17
    assert gate.ends(17) == "11:59:00"
    assert read_study(write(study_text(study))).coordination == study.coordination


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ('opens = "10:00"', "the gate has one end alone"),
        ('opens = "10:00"\ncloses = "10:04"', "no room for a round of 5 minutes"),
        ('opens = "12:00"\ncloses = "10:00"', "no room for a round of 5 minutes"),
        ('opens = "noon"\ncloses = "25:00"', "the value is 'noon'"),
    ],
)
def test_a_gate_that_cannot_be_is_found(write, keys, words):
    findings = findings_of(write(HEAD + DESIGN + "[coordination]\n" + keys + "\n"))
    assert words in findings[0].finding
    assert findings[0].place.startswith("[coordination], key")


def test_design_without_name_is_called_by_its_kind(write):
    assert read_study(write(HEAD + DESIGN)).designs == {"integrated": Integrated()}


def test_options_reach_the_designs(write):
    text = (
        HEAD
        + '[[design]]\nname = "c-70"\nkind = "conventional"\nchi_percent = 70\n'
        + '[[design]]\nkind = "cmo"\ngap_relative = 1e-5\nmax_rounds = 7\n'
        + '[[design]]\nname = "x"\nkind = "cmo"\nmethod = "exchange"\ndamping = 0.5\n'
    )
    assert read_study(write(text)).designs == {
        "c-70": Conventional(70),
        "cmo": Cmo(Schedules(gap_relative=1e-5, max_rounds=7)),
        "x": Cmo(Exchange(damping=0.5)),
    }


def test_written_study_reads_back_the_same(write, study):
    designs = {"a": Conventional(70.0), "b": Conventional(), "c": Cmo(Exchange()), "d": Cmo()}
    first = Study('quote" and \\', study.parent / "scenario", designs)
    assert read_study(write(study_text(Study("s", first.scenario, designs)))).designs == designs


def test_study_is_found_in_the_folder_that_holds_it(study):
    assert read_study(study.parent) == read_study(study)


@pytest.mark.parametrize(
    ("text", "place", "cure"),
    [
        (HEAD + "desing = 1\n" + DESIGN, "study.toml, key 'desing'", "near: 'design'"),
        (HEAD + DESIGN + "[formulation]\ntransmission = 'ddc'\n", "[formulation]", "near: 'dc'"),
        (HEAD + DESIGN + "[formulation]\ndistribtion = 'x'\n", "key 'distribtion'", "distribution"),
        (HEAD + DESIGN + "[solver]\ntime_limit_s = 0\n", "[solver], key 'time_limit_s'", "> 0"),
        (HEAD + DESIGN + "[solver]\ntime_limit_s = inf\n", "[solver]", "finite"),
        (HEAD + DESIGN + "[solver]\ntime_limit_s = true\n", "[solver]", "finite number"),
        (HEAD + "[[design]]\nkind = 'cmoo'\n", "key 'kind'", "near: 'cmo'"),
        (HEAD + "[[design]]\nkind = ['cmo']\n", "key 'kind'", "use one of them"),
        (HEAD + "[[design]]\nname = 'x'\n", "key 'kind'", "add kind"),
        (HEAD + "[[design]]\nkind = 'cmo'\nmethod = 'scedules'\n", "'method'", "near: 'schedules'"),
        (HEAD + "[[design]]\nkind = 'cmo'\ndamping = 0.5\n", "key 'damping'", "known"),
        (HEAD + "[[design]]\nkind = 'integrated'\nchi_percent = 5\n", "'chi_percent'", "remove"),
        (HEAD + "[[design]]\nkind = 'conventional'\nchi_percent = -1\n", "'chi_percent'", "0 %"),
        (
            HEAD + "[[design]]\nkind = 'conventional'\nchi_percent = nan\n",
            "'chi_percent'",
            "finite",
        ),
        (HEAD + "[[design]]\nkind = 'cmo'\ngap_relative = 0.0\n", "'gap_relative'", "> 0"),
        (HEAD + "[[design]]\nkind = 'cmo'\nmax_rounds = 0\n", "'max_rounds'", "at least 1"),
        (HEAD + "[[design]]\nkind = 'cmo'\nmax_rounds = 2.5\n", "'max_rounds'", "whole number"),
        (HEAD + "[[design]]\nkind='cmo'\nmethod='exchange'\ndamping = 1.5\n", "damping", "(0, 1]"),
        (HEAD + "[[design]]\nkind='cmo'\nmethod='exchange'\ndamping = 0\n", "damping", "(0, 1]"),
        (HEAD + "[[design]]\nkind='cmo'\nmethod='exchange'\nquantity_mw = 0\n", "quantity", "> 0"),
        (HEAD + DESIGN + DESIGN.replace("kind", "name = 'INTEGRATED'\nkind"), "2", "of its own"),
        (HEAD + "design = []\n", "[[design]]", "add one"),
        (HEAD + "[[design]]\nkind = 'cmo'\nname = '../up'\n", "key 'name'", "letters"),
        (HEAD + "[[design]]\nkind = 'cmo'\nname = 'scenario'\n", "key 'name'", "another name"),
        (HEAD.replace("= 1", "= 2") + DESIGN, "key 'format'", "reads format 1"),
        (HEAD.replace('"s"', "3") + DESIGN, "key 'name'", "a text"),
        (HEAD.replace('"scenario"', '"nowhere"') + DESIGN, "key 'scenario'", "folder"),
        ("format = 1\n" + DESIGN, "key 'name'", "add name"),
        ("format = ", "study.toml", "mend the TOML"),
    ],
)
def test_one_finding_names_place_and_cure(write, text, place, cure):
    found = [f for f in findings_of(write(text)) if place in f.place]
    assert found
    assert cure in found[0].cure


def test_all_findings_come_together(write):
    text = HEAD.replace("scenario", "nowhere", 2) + "[[design]]\nkind = 'cmoo'\n[solver]\nx = 1\n"
    assert len(findings_of(write(text))) >= 3


def test_missing_study_file_is_a_finding(tmp_path):
    assert "missing" in findings_of(tmp_path / "none.toml")[0].finding


def test_findings_of_study_and_scenario_come_together(write, study):
    (study.parent / "scenario" / "buses.parquet").unlink()
    write(HEAD + DESIGN + "[solver]\nx = 1\n")
    with pytest.raises(InvalidInput) as caught:
        open_study(study)
    places = " ".join(f.place for f in caught.value.findings)
    assert "key 'x'" in places
    assert "table 'buses'" in places
