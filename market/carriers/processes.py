"""Processes that work for this one: they prepare once, take pieces of work, and end with it."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any

from market.carriers.interruption import uninterrupted


class Processes:
    """Processes that each have called `prepare(*arguments)` and give what that returns pieces."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def do(self, piece: Any) -> "Future[Any]":
        """What will come of a piece; `BrokenProcessPool` where a process ends before."""
        return self._pool.submit(_do, piece)


@contextmanager
def begun(
    count: int, prepare: Callable[..., Callable[[Any], Any]], arguments: Sequence[Any]
) -> Iterator[Processes]:
    """`count` processes, which end when this is left; at once where an error leaves it.

    A signal to end is for the process that began them alone.
    """
    fresh = multiprocessing.get_context("spawn")  # solvers' threads do not survive a fork
    until, work = fresh.Pipe(duplex=False)  # closed with this process, however it ends
    pool = ProcessPoolExecutor(count, fresh, _begin, (until, prepare, arguments))
    try:
        with uninterrupted():  # the processes begin here, and end with this one
            pool.submit(_wait_for_nothing)
        yield Processes(pool)
    except BaseException:  # interrupted: pieces that are under way would be waited for
        work.close()
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown(wait=False)


_own: dict[str, Callable[[Any], Any]] = {}  # what does the work of this process


def _begin(
    until: Connection, prepare: Callable[..., Callable[[Any], Any]], arguments: Sequence[Any]
) -> None:
    threading.Thread(target=_leave_at, args=(until,), daemon=True).start()
    _own["work"] = prepare(*arguments)


def _do(piece: Any) -> Any:
    return _own["work"](piece)


def _wait_for_nothing() -> None: ...


def _leave_at(until: Connection) -> None:
    """End this process when the one that started it is gone, or no longer asks for its work."""
    wait([until])
    os._exit(1)
