"""What a coordination method is: a record of options, steps from state to state, a verdict."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar

from market.coordination.conversation import Conversation
from market.coordination.protocol import Asked, Cleared
from scenarios.clearing import Certificate, Status
from scenarios.findings import Finding
from scenarios.scenario import AreaView


class State(Protocol):
    """What a method knows after a round: what transmission cleared, and the prices asked."""

    @property
    def cleared(self) -> Cleared: ...
    @property
    def asked(self) -> Asked: ...
    @property
    def certificate(self) -> Certificate: ...
    @property
    def late(self) -> tuple[str, ...]: ...


S = TypeVar("S", bound=State)


def suits_all(area: AreaView) -> Iterable[Finding]:
    """Nothing keeps any area from taking part."""
    return ()


@dataclass(frozen=True)
class About:
    """What is said of a method; `unfit` tells what keeps an area from taking part in it.

    `commits` tells whether it can be gone through again with plants held on and off.
    """

    title: str
    says: str
    unfit: Callable[[AreaView], Iterable[Finding]] = suits_all
    commits: bool = True


class Method(Protocol[S]):
    """A coordination method: frozen options, state passed in and out."""

    about: ClassVar[About]

    @property
    def max_rounds(self) -> int: ...

    def start(self, conversation: Conversation) -> S:
        """State before the first round."""
        ...

    def step(self, conversation: Conversation, state: S, round_: int) -> S:
        """One round of questions and answers."""
        ...

    def verdict(self, state: S) -> Status | None:
        """Why to stop at `state`; None to go on."""
        ...
