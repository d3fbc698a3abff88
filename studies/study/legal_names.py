"""Names that become folders."""

import re
from collections.abc import Iterator

from scenarios.findings import Finding

TAKEN = ("scenario", "csv", "study.toml", "run.toml", "summary.json", "report.html")
_NAME = re.compile(r"\w([\w .+%=-]{0,78}[\w+%])?")


def name_findings(name: object, place: str) -> Iterator[Finding]:
    """What is wrong with a name that becomes a folder of a run."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        cure = "use up to 80 letters, digits, spaces and . + - _ % =, a letter or digit first"
        yield Finding(place, f"the name is {name!r}", cure)
    elif name.casefold() in TAKEN:
        yield Finding(place, f"{name!r} is taken by a file of every run", "use another name")
