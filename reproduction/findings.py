"""Words of findings: figures from tables, told shortly."""

from collections.abc import Iterable


def listed(words: Iterable[str]) -> str:
    """The words with commas, and an and before the last."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def span(values: Iterable[float], form: str = ".3g") -> str:
    """Least and greatest of the values; one figure where both are told alike."""
    held = list(values)
    least, most = f"{min(held):{form}}", f"{max(held):{form}}"
    return least if least == most else f"{least} to {most}"
