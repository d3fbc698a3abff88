"""A run is worked out again from its letters, and what was changed in them is found."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from market.carriers.elsewhere.journal import Journal, read_journal
from market.carriers.elsewhere.letter import read_letter
from market.carriers.elsewhere.replay import replay
from tests.studies.conftest import invoke
from tests.studies.elsewhere.conftest import AREAS


def test_bounds_welfare_and_payments_follow_from_letters_alone(done):
    run, _ = done
    found = replay(run.folder / "messages")
    (one,) = found.clearings
    stated = run.designs["joint"]
    assert (found.findings, one.findings) == ((), ())
    assert one.status == "AGREED"
    assert one.rounds == stated.rounds
    assert one.welfare_usd == pytest.approx(stated.welfare_usd, rel=1e-9)
    assert max(one.upper_usd, stated.lower_usd) == pytest.approx(stated.upper_usd, rel=1e-9)
    ledger = run.table("joint", "ledger")
    for paid in one.payments:
        rows = ledger[ledger["product"] == "boundary_energy"]
        got = rows.amount_usd[rows.payer == f"dso:{paid.area}"].sum()
        given = rows.amount_usd[rows.payee == f"dso:{paid.area}"].sum()
        assert paid.payment_usd == pytest.approx(got - given, abs=0.05)  # cents of each period


def test_both_sides_hold_the_same_letters(done):
    run, areas = done
    last = replay(run.folder / "messages").last
    for area, own in areas.items():
        one = replay(own.folder / "messages.log")
        assert one.last == {area: last[area]}
        assert [p.area for c in one.clearings for p in c.payments] == [area]


def changed(done, tmp_path, change):
    """The logs with the answers of D9 as `change` makes them, by number."""
    shutil.copytree(done[0].folder / "messages", tmp_path / "logs")
    path = tmp_path / "logs" / "D9.log"
    entries = list(read_journal(path))
    path.unlink()
    journal = Journal(path)
    for n, entry in enumerate(entries):
        body = change(n, entry)
        if body is not None:
            journal.add(entry.mark, body)
    journal.close()
    return replay(tmp_path / "logs")


def richer(body):
    """The letter with welfare 100 $ higher."""
    letter = read_letter(body)
    table = letter.numbers
    welfare = np.array([q == "welfare" for q in table["quantity"].to_pylist()])
    values = pa.array(table["value"].to_numpy() + 100.0 * welfare)
    column = table.schema.get_field_index("value")
    return replace(letter, numbers=table.set_column(column, "value", values)).written()


def test_a_number_that_was_changed_breaks_the_chain(done, tmp_path):
    found = changed(done, tmp_path, lambda n, e: richer(e.body) if n == 5 else e.body)
    assert any("follows a letter that is not here" in f.finding for f in found.findings)


def test_a_letter_that_was_taken_out_is_missed(done, tmp_path):
    found = changed(done, tmp_path, lambda n, e: None if n in (4, 5) else e.body)
    assert any("follows a letter that is not here" in f.finding for f in found.findings)


def test_a_log_that_was_cut_short_is_read_as_far_as_it_goes(done, tmp_path):
    log = done[0].folder / "messages" / "D9.log"
    (tmp_path / "D9.log").write_bytes(log.read_bytes()[:-10])
    assert replay(tmp_path / "D9.log").findings == ()


def test_the_command_says_so_by_its_exit_code(done, tmp_path):
    told = invoke("replay", done[0].folder / "messages", "--json")
    assert told.exit_code == 0
    found = json.loads(told.stdout)
    assert found["status"] == "ok"
    assert set(found["last"]) == set(AREAS)
    assert invoke("replay", tmp_path).exit_code == 2
    (tmp_path / "D9.log").write_bytes(b"no log at all")
    assert invoke("replay", tmp_path).exit_code == 2
    changed(done, tmp_path, lambda n, e: richer(e.body) if n == 5 else e.body)
    assert invoke("replay", tmp_path / "logs").exit_code == 1
