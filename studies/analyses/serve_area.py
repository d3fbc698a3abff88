"""A distribution operator's process: it answers the market operator and reports its own runs."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pyarrow as pa
from threadpoolctl import threadpool_limits

from formulations.networks import formulation
from market.carriers.elsewhere.desk import Desk, Session
from market.carriers.elsewhere.identity import Identity, read_identity
from market.carriers.elsewhere.server import Server
from market.carriers.elsewhere.sheet import Places
from market.operators.distribution import DistributionOperator
from scenarios.clearing import Clearing
from scenarios.findings import Finding, InvalidInput
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.scenario import Scenario
from scenarios.traits import Physics
from solvers.ipopt import ipopt_by
from studies.analyses.study_run import leave_run
from studies.runs.area_clearing import area_clearing
from studies.runs.clear_designs import Cleared, ClearedStudy
from studies.runs.clear_part import clear_part
from studies.runs.finished import Run
from studies.runs.provenance import input_hashes
from studies.runs.run_folder import write_tables
from studies.study.study import Study, open_study

log = logging.getLogger(__name__)
RUNS, MESSAGES = "runs", "messages.log"
PATIENCE_S = 5.0  # for a question that is being answered when the process is to end
TICK_S = 0.2


@dataclass(frozen=True)
class Served:
    """An area's operator that answers, where it does, and what it answers from."""

    folder: Path
    study: Study
    scenario: Scenario
    area: str
    operator: DistributionOperator
    desk: Desk
    server: Server
    host: str

    @property
    def address(self) -> str:
        """HOST:PORT."""
        return f"{self.host}:{self.server.port}"


@contextmanager
def serving(folder: Path, keys: Path, host: str, port: int) -> Iterator[Served]:
    """The operator of the one distribution area in a folder, at an address; port 0 is any.

    Raises InvalidInput where the folder holds no such study, keys are missing, or the address is
    taken.
    """
    study, scenario = open_study(folder)
    area = _own_area(scenario)
    identity = read_identity(keys, area)
    with threadpool_limits(1, "blas"), ipopt_by(study.solver.ipopt):
        operator = _operator(study, scenario, area)
        own = tuple(b.boundary for b in scenario.boundaries)
        places = Places(own, scenario.hours)
        desk = Desk(operator, places, folder, study.solver.time_limit_s)
        try:
            server = _server(desk, identity, host, port)
            try:
                yield Served(folder, study, scenario, area, operator, desk, server, host)
            finally:
                _stop(server)
        finally:
            desk.close()


def serve_until(
    served: Served, stop: Callable[[], bool], reported: Callable[[Run | None], None]
) -> None:
    """Answer until `stop` says so; every run that ends leaves a report of its own area.

    `reported` is told of each, and None of one in which nothing was cleared.
    """
    while not stop():
        if served.desk.finished:
            session = served.desk.finished.pop(0)
            try:
                run = report_session(served, session)
            except Exception:  # whatever is wrong with a report, questions are answered
                log.exception("a run could not be reported")
            else:
                reported(run)
        threading.Event().wait(TICK_S)


def report_session(served: Served, session: Session) -> Run | None:
    """The run folder of a session that ended; None where no clearing of it held."""
    clearings = dict(_held(served, session))
    if not clearings:
        return None

    def clear(part: Path) -> ClearedStudy:
        cleared = [_cleared(served, name, clearing) for name, clearing in clearings.items()]
        for one in cleared:
            write_tables(part / one.note.name, one.tables)
        return ClearedStudy(tuple(cleared), {})

    out = _free(served.folder / RUNS / served.study.name)
    hashes = input_hashes(served.study, served.folder)
    done = leave_run(served.study, served.scenario, out, hashes, clear, served.area)
    served.desk.put_away(session.name, done.folder / MESSAGES)
    return done


def _held(served: Served, session: Session) -> Iterator[tuple[str, Clearing]]:
    """The clearings that did not fail."""
    names = served.study.formulation
    upper, lower = (
        formulation(names.transmission, TRANSMISSION),
        formulation(names.distribution, DISTRIBUTION),
    )
    physics = Physics(upper.traits, lower.traits)
    for name, ended in session.clearings.items():
        clearing = area_clearing(name, ended, physics, served.operator.solve_seconds)
        if clearing is not None:
            yield name, clearing


def _cleared(served: Served, name: str, clearing: Clearing) -> Cleared:
    design = served.study.designs.get(name)
    return clear_part(served.study, served.scenario, served.area, design, clearing)


def _free(first: Path) -> Path:
    """The first of NAME, NAME-2, ... that is not there."""
    places = (first if n == 1 else first.with_name(f"{first.name}-{n}") for n in count(1))
    return next(place for place in places if not place.exists())


def _own_area(scenario: Scenario) -> str:
    if len(scenario.distribution) != 1:
        finding = f"it holds {len(scenario.distribution)} distribution areas"
        cure = "name the folder of one operator; `tandem split` writes them"
        raise InvalidInput("the operator", [Finding(scenario.name, finding, cure)])
    return scenario.distribution[0]


def _operator(study: Study, scenario: Scenario, area: str) -> DistributionOperator:
    lower = formulation(study.formulation.distribution, DISTRIBUTION)
    view = study.market(scenario).area(area)
    solver = study.solver
    tie = study.pricing.tie
    operator = DistributionOperator(view, lower, solver.time_limit_s, solver.mip_gap, tie)
    return operator.disclosing(study.coordination.discloses)


def _server(desk: Desk, identity: Identity, host: str, port: int) -> Server:
    try:
        return Server(desk, identity, host, port)
    except (pa.ArrowException, OSError) as error:
        finding = "nobody can be served there: it is taken, or the keys are not in form"
        cure = "name another address with --listen, or look at the keys"
        raise InvalidInput("the server", [Finding(f"{host}:{port}", finding, cure)]) from error


def _stop(server: Server) -> None:
    """End the server; a question that takes long is not waited for."""
    ending = threading.Thread(target=server.shutdown, daemon=True)
    ending.start()
    ending.join(PATIENCE_S)
