"""Requests to end: one waits where it would leave something behind, and none is lost."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

ENDING = (signal.SIGINT, signal.SIGTERM)


_heard: list[int] = []


def listen() -> None:
    """A request to end is an interruption from now on."""
    for number in ENDING:
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    _heard.append(number)
    raise KeyboardInterrupt


def heed() -> None:
    """Raise KeyboardInterrupt where one was swallowed, as by libraries that guard their imports."""
    if _heard:
        raise KeyboardInterrupt


@contextmanager
def uninterrupted() -> Iterator[None]:
    """A request to end waits until this is over; processes that are started in here do not see it.

    Whoever starts processes in here must end them.
    """
    if threading.current_thread() is not threading.main_thread():  # it takes no signals
        yield
        return
    asked: list[int] = []
    former = {n: signal.signal(n, lambda number, _: asked.append(number)) for n in ENDING}
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # for the processes: handlers do not last
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        for n, handler in former.items():
            signal.signal(n, handler)
        if asked:
            signal.raise_signal(asked[0])
