"""Options and arguments that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from solvers.ipopt import Package

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output, text elsewhere.")
]
NewFolder = Annotated[Path, typer.Argument(metavar="DIR", help="New folder to write.")]
IpoptPackage = Annotated[
    Package, typer.Option(help="Whose Ipopt: the wheel ipyopt, or cyipopt with the system's.")
]
