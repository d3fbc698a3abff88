"""The command line `tandem`."""

from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from scenarios.check.header import FILE as SCENARIO_FILE
from scenarios.files import read_scenario
from studies.bidcurve import bid_curve_of, write_bid_curve
from studies.compare import compared, same_scenario
from studies.creating import feeder_files, imported_study, new_study
from studies.finished import REPORT, Run, read_run
from studies.outcome import Speech, exit_of, speaking
from studies.progress import watching
from studies.report import write_report
from studies.run import run_study
from studies.study import open_study
from studies.summary import finite
from studies.tables import bid_curve_table, compare_table, payoff_table, run_table

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done; 1 solved, but not as asked (scarcity, not agreed, a check failed); "
    "2 bad input; 3 solver failure.",
)

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output, text elsewhere.")
]
NewFolder = Annotated[Path, typer.Argument(metavar="DIR", help="New folder to write.")]


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


@app.command()
def new(
    folder: NewFolder,
    system: Annotated[str, typer.Option(help="Shipped system: A, B, C or two-blocks.")] = "A",
    *,
    json: Json = False,
) -> None:
    """Write a scenario and a study to start from.

    Example:  tandem new first --system B
    """
    with speaking(as_json=json) as speech:
        _written(speech, new_study(folder, system))


@app.command("import")
def import_(
    folder: NewFolder,
    transmission: Annotated[Path, typer.Option(help="MATPOWER file of the transmission network.")],
    feeder: Annotated[
        list[str] | None,
        typer.Option(metavar="BUS=FILE", help="Boundary bus and its feeder; once for each."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Write a scenario and a study from MATPOWER files.

    Example:  tandem import mine --transmission T.m --feeder 7=D1.m --feeder 9=D2.m
    """
    with speaking(as_json=json) as speech:
        _written(speech, imported_study(folder, transmission, feeder_files(feeder or [])))


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="Study file, or folder of a study or a scenario.")],
    *,
    json: Json = False,
) -> None:
    """Report all that is wrong with a study or a scenario, and clear nothing.

    Example:  tandem check first/scenario
    """
    with speaking(as_json=json) as speech:
        if (path / SCENARIO_FILE).exists():
            read_scenario(path)
        else:
            open_study(path)
        speech.text.print(f"{path}: no problem found", markup=False, highlight=False)
        speech.result({"status": "ok", "findings": []})


@app.command()
def run(
    study: Annotated[Path, typer.Argument(help="Study file, or the folder that holds it.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="New folder for the run; runs/NAME if left out."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Clear each design of a study, settle and check it, and write tables and a report.

    Example:  tandem run first --out runs/first
    """
    with speaking(as_json=json) as speech:
        with watching(speech.errors) as progress:
            done = run_study(study, out, progress)
        _tell(speech, done)
    raise typer.Exit(exit_of(done.status))


@app.command()
def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    *,
    json: Json = False,
) -> None:
    """Put the designs of one or several runs side by side.

    Example:  tandem compare runs/first runs/first-2
    """
    with speaking(as_json=json) as speech:
        found = [read_run(folder) for folder in runs]
        rows, same = compared(found), same_scenario(found)
        currency = found[0].scenario.currency
        speech.text.print(compare_table(rows, currency))
        speech.text.print()
        speech.text.print(payoff_table(rows, currency))
        if not same:
            speech.errors.print("The runs are of different scenarios: compare with care.")
        designs = finite([asdict(row) for row in rows])
        speech.result({"status": "ok", "same_scenario": same, "designs": designs})


@app.command()
def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    *,
    json: Json = False,
) -> None:
    """Write the report of a run again, from its folder alone.

    Example:  tandem report runs/first
    """
    with speaking(as_json=json) as speech:
        path = write_report(run)
        speech.text.print(f"report: {path}", markup=False, highlight=False)
        speech.result({"status": "ok", "report": str(path)})


@app.command()
def bidcurve(
    scenario: Annotated[Path, typer.Argument(help="Folder of a scenario.")],
    area: Annotated[str, typer.Option(metavar="NAME", help="Distribution area.")],
    distribution: Annotated[
        str, typer.Option(metavar="NAME", help="Network formulation: lindistflow or transport.")
    ] = "lindistflow",
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="New folder for the curve; runs/bidcurve-NAME if not."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Write what an area offers and bids at its boundary, as its network allows, per hour.

    Example:  tandem bidcurve first/scenario --area D1
    """
    with speaking(as_json=json) as speech:
        read = read_scenario(scenario)
        with speech.errors.status(f"bid curve of {area}"):
            curve = bid_curve_of(read, area, distribution)
        folder = write_bid_curve(read, area, curve, out)
        speech.text.print(bid_curve_table(curve.to_pandas()))
        speech.text.print(f"bid curve: {folder}", markup=False, highlight=False)
        found = {"area": area, "folder": str(folder), "segments": curve.num_rows}
        speech.result({"status": "ok", **found})


def _written(speech: Speech, study: Path) -> None:
    words = f"wrote {study}; next: tandem run {study.parent}"
    speech.text.print(words, markup=False, highlight=False)
    scenario = study.parent / "scenario"
    speech.result({"status": "ok", "study": str(study), "scenario": str(scenario)})


def _tell(speech: Speech, done: Run) -> None:
    speech.text.print(run_table(done))
    words = f"status: {done.status}; report: {done.folder / REPORT}"
    speech.text.print(words, markup=False, highlight=False)
    speech.result(finite(asdict(done.summary)))


def main() -> None:
    """Entry point of the console script."""
    app(prog_name="tandem")
