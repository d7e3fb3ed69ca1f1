"""A ballot: rounds in which every device has one vote, counted as they come.

Conventions
-----------
Safe for threads. A device is whoever carries a token that this ballot signed; a token says nothing
about its bearer. Nothing of a vote is kept but its count, once its round is over.
"""

import hmac
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal

__all__ = ["Ballot", "Refusal", "Tally"]

Refusal = Literal["closed", "voted", "unknown", "device", "crowded"]

MOST_VOTES = 2_000  # a round
DEVICES_PER_ADDRESS = 12  # votes of one address a round: a family's phones, not a script's
_TOKEN = 16  # bytes


@dataclass(frozen=True)
class Tally:
    """The counts of a round."""

    number: int  # of the round, from 1; 0 before the first
    open: bool
    counts: dict[str, int]  # by option, in the order of the options

    @property
    def total(self) -> int:
        """Votes in all."""
        return sum(self.counts.values())


class Ballot:
    """Rounds of votes.

    Parameters
    ----------
    per_address : int
        Votes that one network address has a round.
    clock : callable
        Seconds; for tests.
    """

    def __init__(
        self,
        *,
        per_address: int = DEVICES_PER_ADDRESS,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.per_address = per_address
        self._key = secrets.token_bytes(32)
        self._lock, self._clock = Lock(), clock
        self._number, self._open = 0, False
        self._options: tuple[str, ...] = ()
        self._votes: dict[str, str] = {}  # option by token
        self._addresses: Counter[str] = Counter()
        self.changed = clock()

    def new_token(self) -> str:
        """A token for a device that has none."""
        name = secrets.token_hex(_TOKEN)
        return f"{name}.{self._signed(name)}"

    def knows(self, token: str) -> bool:
        """Whether a token is one of this ballot's.

        Parameters
        ----------
        token : str
        """
        name, _, signature = token.partition(".")
        return hmac.compare_digest(self._signed(name).encode(), signature.encode())

    def start(self, options: Sequence[str]) -> int:
        """Open a new round; the last one's votes are forgotten.

        Parameters
        ----------
        options : sequence of str

        Returns
        -------
        number : int
            Of the round.
        """
        with self._lock:
            self._number += 1
            self._open, self._options = True, tuple(options)
            self._votes, self._addresses = {}, Counter()
            self.changed = self._clock()
            return self._number

    def close(self) -> Tally:
        """End the round; its counts stay until the next one."""
        with self._lock:
            self._open = False
            self.changed = self._clock()
        return self.tally()

    def vote(self, token: str, number: int, option: str, *, address: str) -> Refusal | None:
        """Count a vote, or say why not.

        Parameters
        ----------
        token : str
        number : int
            The round that the voter saw.
        option : str
        address : str
            Network address of the device.

        Returns
        -------
        refusal : str or None
            None: it is counted.
        """
        if not self.knows(token):
            return "device"
        with self._lock:
            if not self._open or number != self._number:
                return "closed"
            if option not in self._options:
                return "unknown"
            if token in self._votes:
                return "voted"
            if len(self._votes) >= MOST_VOTES or self._addresses[address] >= self.per_address:
                return "crowded"
            self._votes[token] = option
            self._addresses[address] += 1
            self.changed = self._clock()
        return None

    def choice(self, token: str) -> str | None:
        """What a device has voted in this round.

        Parameters
        ----------
        token : str
        """
        with self._lock:
            return self._votes.get(token)

    def tally(self) -> Tally:
        """The counts as they are now."""
        with self._lock:
            counts = Counter(self._votes.values())
            return Tally(self._number, self._open, {o: counts[o] for o in self._options})

    def _signed(self, name: str) -> str:
        return hmac.digest(self._key, name.encode(), "sha256").hex()[:32]
