"""What a command says that wrote a new study."""

from pathlib import Path

from studies.commands.outcome import Speech


def tell_written(speech: Speech, study: Path) -> None:
    """Say where the study is and how to run it."""
    words = f"wrote {study}; next: tandem run {study.parent}"
    speech.text.print(words, markup=False, highlight=False)
    scenario = study.parent / "scenario"
    speech.result({"status": "ok", "study": str(study), "scenario": str(scenario)})
