"""Options and arguments that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output, text elsewhere.")
]
NewFolder = Annotated[Path, typer.Argument(metavar="DIR", help="New folder to write.")]
