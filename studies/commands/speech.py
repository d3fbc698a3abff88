"""How a command ends: what it prints where, and its exit code."""

import enum
import errno
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.progress import track
from rich.text import Text

from scenarios.findings import Finding, InvalidInput, grouped
from solvers.errors import SolveFailed
from studies.runs.run_records import RunStatus, Summary

PIPE_WIDTH = 200  # characters
FULL = (errno.ENOSPC, errno.EDQUOT)  # codes of a full disk
T = TypeVar("T")


class Exit(enum.IntEnum):
    """Exit codes of every command."""

    DONE = 0
    NOT_AS_ASKED = 1
    BAD_INPUT = 2
    SOLVER_FAILURE = 3
    INTERRUPTED = 130


def exit_of(summary: Summary) -> Exit:
    """Exit code of a run."""
    if summary.failed:
        by_input = all(failure.by_input for failure in summary.failed.values())
        return Exit.BAD_INPUT if by_input else Exit.SOLVER_FAILURE
    return Exit.DONE if summary.status is RunStatus.OK else Exit.NOT_AS_ASKED


class Speech:
    """Where a command speaks: JSON alone on standard output, or text for people."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.errors = _console(stderr=True)
        self.text = self.errors if as_json else _console(stderr=False)

    def result(self, found: Mapping[str, Any]) -> None:
        """Print the one JSON object, where JSON was asked for."""
        if self.as_json:
            sys.stdout.write(json.dumps(found, indent=2, allow_nan=False) + "\n")

    def findings(self, findings: Sequence[Finding]) -> None:
        """Print what is wrong with a result, and what to do."""
        for one in findings:
            words = Text(f"{one.place}: ", style="bold")
            self.text.print(words.append(f"{one.finding}; ", style="red").append(one.cure))

    def watch(self, what: str) -> Callable[[Sequence[T]], Iterable[T]]:
        """Goes through some work, with a progress bar on a terminal."""
        console = self.errors

        def watched(work: Sequence[T]) -> Iterable[T]:
            hidden = not console.is_terminal
            return track(work, what, console=console, transient=True, disable=hidden)

        return watched

    def fail(self, status: str, what: str, findings: Sequence[Finding], code: Exit) -> NoReturn:
        """Print all findings and leave."""
        count = f"{len(findings)} problem" + ("s" if len(findings) != 1 else "")
        self.errors.print(Text(f"{status}: {count} in {what}", style="bold red"))
        for text in grouped(findings):
            self.errors.print(Text(f"  {text}"))
        self.result({"status": status, "findings": [asdict(f) for f in findings]})
        raise typer.Exit(code)

    def interrupted(self) -> NoReturn:
        """Say so in one line, and leave."""
        self.errors.print(Text("interrupted", style="bold red"))
        self.result({"status": "interrupted", "findings": []})
        raise typer.Exit(Exit.INTERRUPTED)


def _console(*, stderr: bool) -> Console:
    """A console as wide as the terminal, or wide enough for any table where there is none."""
    console = Console(stderr=stderr, soft_wrap=True)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    return console


@contextmanager
def speaking(*, as_json: bool) -> Iterator[Speech]:
    """A command's speech; known errors become findings and an exit code, never a traceback."""
    speech = Speech(as_json=as_json)
    try:
        yield speech
    except InvalidInput as invalid:
        speech.fail("bad input", invalid.what, invalid.findings, Exit.BAD_INPUT)
    except SolveFailed as failed:
        finding = Finding(failed.problem, failed.status, failed.cure)
        speech.fail("solver failure", "the clearing", [finding], Exit.SOLVER_FAILURE)
    except BrokenPipeError:  # who reads the output has left
        raise
    except OSError as error:
        speech.fail("file failure", "a file", [_file_finding(error)], Exit.BAD_INPUT)
    except KeyboardInterrupt:
        speech.interrupted()


def _file_finding(error: OSError) -> Finding:
    place = str(error.filename) if error.filename else "what the command writes"
    if error.errno in FULL:
        cure = "free some, or name a folder elsewhere with --out"
        return Finding(place, "no space is left", cure)
    cure = "mend what is wrong with the file or the disk"
    return Finding(place, error.strerror or str(error), cure)
