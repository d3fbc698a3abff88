"""Work shared among processes that each prepare once and then take one piece after another."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor
from concurrent.futures import wait as first_of
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from solvers.errors import SolveFailed
from studies.runs.interruption import uninterrupted

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
    fresh = multiprocessing.get_context("spawn")  # solvers' threads do not survive a fork
    until, work = fresh.Pipe(duplex=False)  # closed with this process, however it ends
    begun = (until, prepare, arguments)
    pool = ProcessPoolExecutor(min(jobs, len(pieces)), fresh, _begin, begun)
    waiting: dict[Future[Any], Piece] = {}
    try:
        with uninterrupted():  # the processes begin here, and end with this one
            waiting = {pool.submit(_do, piece): piece for piece in pieces}
        while waiting:
            for done in first_of(waiting, return_when=FIRST_COMPLETED).done:
                piece, result = waiting.pop(done), done.result()
                waiting |= {pool.submit(_do, next_): next_ for next_ in follow(piece, result)}
                yield piece, result
    except BrokenProcessPool as broken:
        cure = "use fewer --jobs if memory is short; what is finished is kept"
        raise SolveFailed(what, "a process of it ended", cure) from broken
    except BaseException:  # interrupted: pieces that are under way would be waited for
        work.close()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


_own: dict[str, Callable[[Any], Any]] = {}  # what does the work of this process


def _begin(
    until: Connection, prepare: Callable[..., Callable[[Any], Any]], arguments: Sequence[Any]
) -> None:
    threading.Thread(target=_leave_at, args=(until,), daemon=True).start()
    _own["work"] = prepare(*arguments)


def _do(piece: Any) -> Any:
    return _own["work"](piece)


def _leave_at(until: Connection) -> None:
    """End this process when the one that started it is gone, or no longer asks for its work."""
    wait([until])
    os._exit(1)
