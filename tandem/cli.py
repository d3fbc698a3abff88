"""The command line `tandem`."""

from importlib.metadata import version
from typing import Annotated

import typer

from tandem.later import add_command

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done; 1 solved, but not as asked (not secure, scarcity, not agreed, a "
    "check failed); 2 bad input; 3 solver failure.",
)


def _version(asked: bool) -> None:  # noqa: FBT001 (typer calls it with the flag)
    if asked:
        typer.echo(f"tandem {version('tandem-market')}")
        raise typer.Exit


@app.callback()
def tandem(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Clear day-ahead electricity markets of one transmission and many distribution operators.

    To begin:  tandem new first  and then  tandem run first
    """


for command in (
    "studies.commands.new:new",
    "studies.commands.import_:import_",
    "studies.commands.export:export",
    "studies.commands.check:check",
    "studies.commands.run:run",
    "studies.commands.keys:keys",
    "studies.commands.split:split",
    "studies.commands.serve:serve",
    "studies.commands.replay:replay",
    "studies.commands.compare:compare",
    "studies.commands.report:report",
    "studies.commands.bidcurve:bidcurve",
    "studies.commands.envelope:envelope",
    "studies.commands.sweep:sweep",
    "studies.commands.horizon:horizon",
    "studies.commands.powerflow:powerflow",
    "studies.commands.contingency:contingency",
    "studies.commands.margin:margin",
    "studies.commands.opf:opf",
    "studies.commands.realtime:realtime",
    "studies.commands.deviation:deviation",
    "studies.commands.equilibrium:equilibrium",
    "studies.commands.profiles:profiles",
    "reproduction.command:reproduce",
):
    add_command(app, command)
