"""An operator's place on the network: letters come as Flight actions, over mutual TLS."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.flight as flight

from market.carriers.elsewhere.desk import Desk
from market.carriers.elsewhere.identity import Identity, host_name
from market.carriers.elsewhere.letter import MOST_BYTES
from scenarios.results import TSO

LETTER = "letter"


class Server(flight.FlightServerBase):  # type: ignore[misc]
    """Answers letters of whoever shows the market operator's certificate; all else is refused.

    It serves from the moment that it is made. Port 0 leaves the choice to the system; `port` then
    tells it.
    """

    def __init__(self, desk: Desk, identity: Identity, host: str, port: int) -> None:
        self._desk = desk
        super().__init__(
            f"grpc+tls://{host}:{port}",
            tls_certificates=[(identity.certificate, identity.key)],
            verify_client=True,
            root_certificates=identity.authority,
        )

    def do_action(self, context: Any, action: Any) -> Iterator[Any]:
        """The answer to a letter."""
        if context.peer_identity().decode(errors="replace") != host_name(TSO):
            raise flight.FlightUnauthorizedError("refused")
        if action.type != LETTER or action.body.size > MOST_BYTES:
            raise flight.FlightServerError("refused")
        return iter([flight.Result(pa.py_buffer(self._desk.answer(action.body.to_pybytes())))])

    def list_actions(self, context: Any) -> list[Any]:
        """Nothing is told of what it does."""
        return []
