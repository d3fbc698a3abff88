"""A request to end is heard, whoever swallows the first word of it."""

import signal
import subprocess
import sys

SWALLOWED = """
import os, signal
from market.carriers.interruption import heed, listen

listen()
heed()
try:
    os.kill(os.getpid(), signal.{name})
except:
    print("swallowed")
heed()
print("gone on")
"""


def test_what_a_library_swallows_is_raised_again():
    for name in ("SIGINT", "SIGTERM"):
        script = SWALLOWED.format(name=name)
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        assert done.stdout == "swallowed\n"
        assert done.stderr.rstrip().endswith("KeyboardInterrupt")
        assert done.returncode in (1, -signal.SIGINT)
