"""`tandem serve`: a distribution operator's process."""

import json as json_text
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from scenarios.findings import Finding, InvalidInput
from studies.analyses.serve_area import serve_until, serving
from studies.commands.options import Json
from studies.commands.speech import Speech, speaking
from studies.runs.finished import REPORT, Run
from studies.study.operators_file import host_and_port


def serve(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of one operator.")],
    keys: Annotated[Path, typer.Option(metavar="DIR", help="Folder with its key.")],
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Address; port 0 is any that is free.")
    ] = "127.0.0.1:0",
    *,
    once: Annotated[bool, typer.Option("--once", help="End with the first run.")] = False,
    json: Json = False,
) -> None:
    """Answer the market operator for one area, and report each run that ends.

    Example:  tandem serve apart/D1 --keys keys --listen 127.0.0.1:47001
    """
    with speaking(as_json=json) as speech:
        address = host_and_port(listen)
        if address is None:
            cure = "write HOST:PORT, such as 127.0.0.1:47001"
            raise InvalidInput("the command", [Finding("--listen", f"it is {listen!r}", cure)])
        asked = _Asked()
        signal.signal(signal.SIGTERM, asked.end)
        signal.signal(signal.SIGINT, asked.end)
        with serving(folder, keys, *address) as served:
            _say(speech, f"area '{served.area}' answers at {served.address}",
                 area=served.area, address=served.address)  # fmt: skip

            def reported(run: Run | None) -> None:
                asked.over |= once
                if run is None:
                    _say(speech, "a run ended without a clearing", status="failed")
                    return
                report = run.folder / REPORT
                _say(speech, f"status: {run.status}; report: {report}",
                     status=str(run.status), report=str(report))  # fmt: skip

            serve_until(served, lambda: asked.over, reported)


class _Asked:
    """Whether the process was asked to end."""

    def __init__(self) -> None:
        self.over = False

    def end(self, signum: int, frame: FrameType | None) -> None:
        """Note it: what is being written is written first."""
        self.over = True


def _say(speech: Speech, words: str, **found: str) -> None:
    """One line at once, a JSON object where JSON was asked for."""
    speech.text.print(words, markup=False, highlight=False)
    if speech.as_json:
        sys.stdout.write(json_text.dumps(found) + "\n")
    sys.stdout.flush()
