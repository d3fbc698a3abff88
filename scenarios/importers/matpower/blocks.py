"""Statements under an `if`: which of them a case file carries out."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_IF = re.compile(r"if\b\s*(?P<condition>.+)", re.DOTALL)
_OTHER_BLOCK = re.compile(r"(for|parfor|while|switch|try|do)\b.*", re.DOTALL)


@dataclass
class Blocks:
    """The blocks that are open, each with whether its statements count."""

    counts: list[bool] = field(default_factory=list)

    def take(self, text: str, holds: Callable[[str], bool]) -> bool:
        """Whether the text is a matter of blocks or stands under a condition that does not hold.

        `holds` says whether a condition does; where it raises, the block does not count.
        """
        condition = _IF.fullmatch(text)
        if condition:
            outside = all(self.counts)
            self.counts.append(False)
            self.counts[-1] = outside and holds(condition["condition"])
        elif text == "else" and self.counts:
            self.counts[-1] = not self.counts[-1]
        elif text in ("end", "endif") and self.counts:
            self.counts.pop()
        else:
            counts = all(self.counts)
            if _OTHER_BLOCK.fullmatch(text):
                self.counts.append(False)
            return not counts
        return True
