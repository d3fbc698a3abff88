"""The command line `tandem`: interrupted at any time, it says so in one line and leaves nothing."""

import signal
import sys
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130


def main() -> None:
    """Entry point of the console script."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        from tandem.cli import app  # after the signal is heard

        app(prog_name="tandem")
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)


def _interrupt(signum: int, frame: FrameType | None) -> NoReturn:
    """A request to end is an interruption."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
