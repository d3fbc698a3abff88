"""Distribution operators in processes on this machine, where their models stay.

A question goes out as one message to every process, for all of its areas, and comes back as one;
meanwhile this process asks those that it kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

from pyomo.common.gc_manager import PauseGC

from market.carriers import here
from market.carriers.processes import Processes, begun
from market.coordination.questions import Question
from scenarios.scenario import AreaView
from solvers.errors import SolveFailed

Make = Callable[[Sequence[AreaView]], Sequence[Any]]  # operators of areas, wherever they are
WHAT = "processes of this study"
CURE = "use --jobs 1 if memory is short"


@dataclass(frozen=True)
class Hold:
    """Operators to be made of areas, and kept as the group of this number."""

    group: int
    make: Make
    views: Sequence[AreaView]


@dataclass(frozen=True)
class Put:
    """Questions to operators of a group, by name."""

    group: int
    questions: Mapping[str, Question]
    limit_s: float


@dataclass
class Keeper:
    """What a process does: it keeps operators, asks them, and hands all else to `other`."""

    other: Callable[[Any], Any]
    operators: dict[int, Sequence[Any]] = field(default_factory=dict)  # by group

    def __call__(self, piece: Any) -> Any:
        """Answers to `Put` as (name, answer, seconds of its solvers and of building)."""
        with PauseGC():  # models are full of cycles, and none is garbage
            if isinstance(piece, Hold):
                self.operators[piece.group] = piece.make(piece.views)
                return None
            if isinstance(piece, Put):
                held = self.operators[piece.group]
                named = {o.name: o for o in held}
                came = here.ask(held, piece.questions, piece.limit_s)
                return [(n, a, named[n].solve_seconds, named[n].build_seconds) for n, a in came]
            return self.other(piece)


@dataclass
class Placed:
    """An operator in another process, as this one knows it."""

    name: str
    group: "Group"
    solve_seconds: float = 0.0
    build_seconds: float = 0.0


@dataclass(frozen=True)
class Group:
    """Operators of one clearing that are kept by one process."""

    number: int
    process: Processes
    make: Make
    views: Sequence[AreaView]

    @cached_property
    def placed(self) -> dict[str, Placed]:
        """Every operator by name."""
        return {view.name: Placed(view.name, self) for view in self.views}

    @cached_property
    def here(self) -> dict[str, Any]:
        """The same operators made in this process."""
        return {operator.name: operator for operator in self.make(self.views)}

    @cached_property
    def held(self) -> "Future[Any]":
        """Makes the operators where they are kept."""
        return begun_by(self.process, Hold(self.number, self.make, self.views))


class Workers:
    """Processes beside this one; each keeps its operators, and can do other work between."""

    def __init__(self, processes: Sequence[Processes]) -> None:
        self._processes = processes
        self._numbers = count()

    def share(self, make: Make, views: Sequence[AreaView]) -> list[Any]:
        """Operators of areas in their order, some made here and the others placed elsewhere."""
        own, *others = shared_out(views, 1 + len(self._processes))
        pairs = zip(self._processes, others, strict=True)
        groups = [Group(next(self._numbers), process, make, part) for process, part in pairs]
        begun_there = [group.held for group in groups]
        found = {operator.name: operator for operator in make(own)}
        for group, future in zip(groups, begun_there, strict=True):
            result_of(future)
            found |= group.placed
        return [found[view.name] for view in views]

    def do(self, piece: Any) -> "Future[Any]":
        """What the last process makes of a piece of other work; `result_of` waits for it."""
        return begun_by(self._processes[-1], piece)


def made_here(operator: Any) -> Any:
    """The operator itself, or the same made here for designs in which one operator sees all."""
    return operator.group.here[operator.name] if isinstance(operator, Placed) else operator


def ask(
    operators: Iterable[Any], questions: Mapping[str, Question], limit_s: float
) -> Iterator[tuple[str, Any]]:
    """Name and answer of each operator that is asked; those of a process come together.

    Raises SolveFailed where a process has ended.
    """
    asked = [operator for operator in operators if operator.name in questions]
    groups = {o.group.number: o.group for o in asked if isinstance(o, Placed)}
    put = []
    for number, group in groups.items():
        own = {name: questions[name] for name in group.placed if name in questions}
        put.append((group, begun_by(group.process, Put(number, own, limit_s))))
    yield from here.ask([o for o in asked if not isinstance(o, Placed)], questions, limit_s)
    for group, future in put:
        for name, answer, solve_s, build_s in result_of(future):
            placed = group.placed[name]
            placed.solve_seconds, placed.build_seconds = solve_s, build_s
            yield name, answer


@contextmanager
def workers(
    jobs: int, prepare: Callable[..., Callable[[Any], Any]], arguments: Sequence[Any] = ()
) -> Iterator[Workers]:
    """Processes that work with this one, `jobs` in all; `prepare(*arguments)` does other work."""
    with ExitStack() as stack:
        made = (begun(1, _keeper, (prepare, arguments)) for _ in range(jobs - 1))
        yield Workers([stack.enter_context(one) for one in made])


def shared_out(views: Sequence[AreaView], parts: int) -> list[list[AreaView]]:
    """Areas dealt out so that all parts have about as many buses, the largest areas first."""
    dealt: list[list[AreaView]] = [[] for _ in range(parts)]
    load = [0] * parts
    for view in sorted(views, key=lambda v: -len(v.network.buses)):
        least = load.index(min(load))
        dealt[least].append(view)
        load[least] += len(view.network.buses)
    return dealt


def begun_by(process: Processes, piece: Any) -> "Future[Any]":
    """A piece of work that a process has begun; raises SolveFailed where it has ended."""
    try:
        return process.do(piece)
    except BrokenProcessPool as broken:
        raise SolveFailed(WHAT, "one of them ended", CURE) from broken


def result_of(future: "Future[Any]") -> Any:
    """What came of a piece of work; raises SolveFailed where its process has ended."""
    try:
        return future.result()
    except BrokenProcessPool as broken:
        raise SolveFailed(WHAT, "one of them ended", CURE) from broken


def _keeper(prepare: Callable[..., Callable[[Any], Any]], arguments: Sequence[Any]) -> Keeper:
    return Keeper(prepare(*arguments))
