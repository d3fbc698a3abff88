"""Operators' processes, started and ended as a shell would."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60


class Process:
    """`tandem serve` of one area."""

    def __init__(self, apart, area, listen="127.0.0.1:0", *more):
        command = [sys.executable, "-m", "tandem", "serve", apart / area, "--keys",
                   apart / "keys", "--listen", listen, "--json", *more]  # fmt: skip
        self.area, self.errors = area, (apart / f"{area}.err").open("a")
        self.popen = subprocess.Popen(
            [str(c) for c in command], stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        )  # fmt: skip

    def line(self):
        """The next thing that it says."""
        return json.loads(self.popen.stdout.readline())

    def end(self, how=signal.SIGTERM):
        """End it; gives its exit code."""
        self.popen.send_signal(how)
        code = self.popen.wait(PATIENCE_S)
        self.popen.stdout.close()
        self.errors.close()
        return code


@contextmanager
def processes(apart, areas):
    """A process of each area, by name, and their addresses in the market's file."""
    started = {area: Process(apart, area) for area in areas}
    try:
        addresses = {area: one.line()["address"] for area, one in started.items()}
        write_operators(apart, addresses)
        yield started
    finally:
        for one in started.values():
            if one.popen.poll() is None:
                one.end(signal.SIGKILL)


def write_operators(apart, addresses, **limits):
    tables = [f'[[operator]]\narea = "{a}"\naddress = "{at}"\n' for a, at in addresses.items()]
    own = {"answer_limit_s": 20.0, "lost_after_s": 60.0, **limits}
    head = ['keys = "../keys"', *(f"{key} = {value}" for key, value in own.items())]
    (apart / "market" / "operators.toml").write_text("\n".join([*head, "", *tables]))
