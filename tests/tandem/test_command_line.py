"""The command line lists its commands without importing them, and each is there when asked for."""

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from tandem.cli import app

COMMANDS = typer.main.get_command(app).commands
HEAVY = "{'pyomo', 'pandas', 'scipy', 'plotly', 'matplotlib', 'studies', 'reproduction'}"


def help_of(*arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments, "--help"])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.replace("│", " ").split())


@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_list_says_of_a_command_is_what_it_says_of_itself(name):
    told = COMMANDS[name].get_short_help_str(400)
    assert told
    assert told in help_of()
    assert told in help_of(name)


def test_the_list_imports_no_command():
    code = (
        "import sys\nfrom tandem.cli import app\n"
        "try: app(['--help'])\n"
        f"except SystemExit: print('imported', {HEAVY} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("imported set()")
