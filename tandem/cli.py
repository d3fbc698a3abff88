"""The command line `tandem`."""

from importlib.metadata import version
from typing import Annotated

import typer

from reproduction.command import reproduce
from studies.commands.bidcurve import bidcurve
from studies.commands.check import check
from studies.commands.compare import compare
from studies.commands.contingency import contingency
from studies.commands.deviation import deviation
from studies.commands.import_ import import_
from studies.commands.margin import margin
from studies.commands.new import new
from studies.commands.opf import opf
from studies.commands.powerflow import powerflow
from studies.commands.realtime import realtime
from studies.commands.report import report
from studies.commands.run import run
from studies.commands.sweep import sweep

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


app.command()(new)
app.command("import")(import_)
app.command()(check)
app.command()(run)
app.command()(compare)
app.command()(report)
app.command()(bidcurve)
app.command()(sweep)
app.command()(powerflow)
app.command()(contingency)
app.command()(margin)
app.command()(opf)
app.command()(realtime)
app.command()(deviation)
app.command()(reproduce)
