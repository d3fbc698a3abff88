"""Numbers that follow what is asked of them, more slowly where they swing."""

import numpy as np

from market.opf.answers import Values

SLOWER, FASTER = 0.6, 1.3


class Damped:
    """Values that move by a share of every step, each by its own.

    The share falls where a step turns back on the one before and rises to all of it where not,
    so that values come to rest where nothing more is asked of them and nowhere else. The rule is
    that of M. Riedmiller, H. Braun, "A direct adaptive method for faster backpropagation learning:
    the RPROP algorithm", IEEE Int. Conf. Neural Networks, 1993.
    """

    def __init__(self, first: Values) -> None:
        self.value = first
        self._share = np.ones_like(first)
        self._moved = np.zeros_like(first)

    def follow(self, asked: Values) -> Values:
        """Move towards what is asked; gives how far that is."""
        step = asked - self.value
        turns = step * self._moved < 0
        self._share = np.where(turns, SLOWER * self._share, np.minimum(1, FASTER * self._share))
        self._moved = self._share * step
        self.value = self.value + self._moved
        return step
