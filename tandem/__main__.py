"""The command line `tandem`: interrupted at any time, it says so in one line and leaves nothing."""

import sys

from market.carriers.interruption import listen

INTERRUPTED = 130


def main() -> None:
    """Entry point of the console script."""
    listen()
    try:
        from tandem.cli import app  # after signals are heard

        app(prog_name="tandem")
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
