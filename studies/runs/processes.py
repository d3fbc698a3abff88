"""Pieces of work shared among processes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future
from concurrent.futures import wait as first_of
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from market.carriers.processes import begun
from solvers.errors import SolveFailed

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def in_processes(
    prepare: Callable[..., Callable[[Piece], Result]],
    arguments: Sequence[Any],
    pieces: Sequence[Piece],
    jobs: int,
    what: str,
    follow: Callable[[Piece, Result], Iterable[Piece]] = lambda piece, result: (),
) -> Iterator[tuple[Piece, Result]]:
    """Every piece with its result, as they come, and then the pieces that `follow` it.

    Each process calls `prepare(*arguments)` once and gives what that returns its pieces. Raises
    SolveFailed, in the name of `what`, where a process ends.
    """
    with begun(min(jobs, len(pieces)), prepare, arguments) as processes:
        try:
            waiting: dict[Future[Any], Piece] = {processes.do(piece): piece for piece in pieces}
            while waiting:
                for done in first_of(waiting, return_when=FIRST_COMPLETED).done:
                    piece, result = waiting.pop(done), done.result()
                    waiting |= {processes.do(next_): next_ for next_ in follow(piece, result)}
                    yield piece, result
        except BrokenProcessPool as broken:
            cure = "use fewer --jobs if memory is short; what is finished is kept"
            raise SolveFailed(what, "a process of it ended", cure) from broken
