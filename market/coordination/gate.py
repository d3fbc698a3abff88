"""The market's clock: when rounds begin and end, and what is done when time is up."""

from dataclasses import dataclass
from typing import Literal

Lateness = Literal["keep", "stop"]


@dataclass(frozen=True)
class Gate:
    """Rounds of `round_minutes` each go on from `opens` to `closes` (times of one day, HH:MM).

    They take that long by the market's clock, however long by the machine's. An operator that
    gives no answer within a round is late: its last reply is kept, or the clearing is stopped. What
    areas would rather take than what is scheduled as the gate closes has a price, the residual.
    """

    opens: str = "10:00"
    closes: str = "12:00"
    round_minutes: float = 5.0
    late: Lateness = "keep"
    residual_usd_per_mwh: float = 0.0

    @property
    def words(self) -> str:
        """When rounds begin and end."""
        return (
            f"By the market's clock rounds of {self.round_minutes:g} minutes begin at "
            f"{self.opens}, and the gate closes at {self.closes}, after {self.most_rounds} at most."
        )

    @property
    def window(self) -> float:
        """Minutes between opening and closing."""
        return minute_of(self.closes) - minute_of(self.opens)

    @property
    def most_rounds(self) -> int:
        """Rounds that go into the window."""
        return int(self.window // self.round_minutes)

    def ends(self, round_: int) -> str:
        """The time of day at which a round ends."""
        return self.time(round_ * self.round_minutes)

    def time(self, minute: float) -> str:
        """The time of day (HH:MM:SS) at a minute after the opening."""
        seconds = round(60 * (minute_of(self.opens) + minute))
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def minute_of(time: str) -> float:
    """Minutes since midnight of a time HH:MM; raises ValueError where it is none."""
    hours, minutes = time.split(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        raise ValueError(time)
    return 60.0 * int(hours) + int(minutes)


def is_time(text: str) -> bool:
    """Whether a text is a time of day, HH:MM."""
    try:
        minute_of(text)
    except ValueError:
        return False
    return True
