import io

from rich.console import Console

from scenarios.results import Round
from studies.runs.progress import Silent, round_words, watching

STATE = Round(3, -10.0, -9.0, 0.1, 1.0, 1.0)
UNBOUNDED = Round(1, float("-inf"), float("inf"), float("nan"), 1.0, 1.0)


def test_rounds_tell_the_certified_gap():
    assert round_words(STATE) == "round 3, gap 1.0e-01"


def test_rounds_without_a_bound_say_so():
    assert round_words(UNBOUNDED) == "round 1, no bound yet"


def test_piped_output_has_no_bars():
    console = Console(file=io.StringIO())
    with watching(console) as watcher:
        assert isinstance(watcher, Silent)
    assert console.file.getvalue() == ""


def test_terminal_shows_each_design_with_its_last_round():
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    with watching(console) as watcher:
        watcher.begin("cmo")
        watcher.round(STATE)
        watcher.end("cmo")
        watcher.begin("integrated")
        watcher.end("integrated")
    shown = console.file.getvalue()
    assert "cmo" in shown
    assert "round 3, gap 1.0e-01" in shown
    assert "integrated" in shown
