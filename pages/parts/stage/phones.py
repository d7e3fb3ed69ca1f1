"""The room's phones: one vote page for all sessions, opened and closed by a presenter."""

import io
import threading
import time
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.emotions import EMOTION_IDS, caption_ids, emotion
from core.errors import NoRoundError
from core.i18n import Translate
from core.stage.ballot import DEVICES_PER_ADDRESS, MOST_VOTES, Ballot
from core.stage.vote_server import VoteServer, Words

__all__ = ["Phones", "phones"]

AWAY = 20.0  # s without a sign of its presenter after which anybody may take it over
IDLE = 900.0  # s without a sign after which the page closes by itself


class Phones:
    """The vote page, or that there is none."""

    def __init__(self) -> None:
        self.server: VoteServer | None = None
        self.owner, self.seen = "", 0.0
        self._lock = threading.Lock()
        self._qr = ""

    def open(
        self, owner: str, translate: Translate, language: str, *, shared: bool, force: bool = False
    ) -> None:
        """Open the page for a presenter.

        Parameters
        ----------
        owner : str
            Session of the presenter.
        translate : callable
        language : str
        shared : bool
            Whether all phones may come from one address.
        force : bool
            Whether to take it from another presenter.

        Raises
        ------
        NoRoundError
            If another presenter has it.
        VotePlaceError
            If no port is free.
        """
        with self._lock:
            self._check(owner, force)
            if self.server is None:
                ballot = Ballot(per_address=MOST_VOTES if shared else DEVICES_PER_ADDRESS)
                self.server = VoteServer(ballot, _words(translate, language))
                self._qr = _qr_uri(self.server.url)
                threading.Thread(target=self._watch, args=(self.server,), daemon=True).start()
            self.owner, self.seen = owner, time.monotonic()

    def close(self, owner: str) -> None:
        """Close the page, if it is this presenter's."""
        with self._lock:
            if self.server is not None and self.owner == owner:
                self._end()

    def start(self, owner: str, options: Sequence[str]) -> None:
        """Open a round; nothing happens to another presenter's."""
        with self._lock:
            if self.server is not None and self.owner == owner:
                self.server.ballot.start(options)

    def finish(self, owner: str) -> None:
        """Close the round."""
        with self._lock:
            if self.server is not None and self.owner == owner:
                self.server.ballot.close()

    def told(self, owner: str) -> dict[str, Any] | None:
        """What the stage draws of it; None where it is closed or another presenter's."""
        with self._lock:
            if self.server is None or self.owner != owner:
                return None
            self.seen = time.monotonic()
            tally = self.server.ballot.tally()
            return {
                "url": self.server.url,
                "qr": self._qr,
                "open": tally.open,
                "number": tally.number,
                "counts": tally.counts,
            }

    def _check(self, owner: str, force: bool) -> None:
        away = time.monotonic() - self.seen > AWAY
        if self.server is not None and self.owner != owner and not force and not away:
            raise NoRoundError

    def _end(self) -> None:
        assert self.server is not None
        self.server.close()
        self.server = None

    def _watch(self, server: VoteServer) -> None:
        """Nobody forgets an open page: it closes when its presenter has long gone."""
        while self.server is server:
            time.sleep(5)
            with self._lock:
                if self.server is server and time.monotonic() - self.seen > IDLE:
                    self._end()


@st.cache_resource(show_spinner=False)
def phones() -> Phones:
    """The phones of this server, one object for all sessions."""
    return Phones()


def _words(_: Translate, language: str) -> Words:
    return Words(
        title=_("Which emotion was it?"),
        options={i: _(message) for i, message in caption_ids(EMOTION_IDS).items()},
        colors={i: emotion(i).color for i in EMOTION_IDS},
        says={
            "choose": _("Choose one. You have one vote."),
            "voted": _("Your vote is in. Look at the stage."),
            "wait": _("One moment: the next round is about to begin."),
            "crowded": _("Too many votes came from this network. Raise your hand instead."),
            "lost": _("The stage cannot be reached. Are you on the same network?"),
        },
        language=language,
    )


def _qr_uri(url: str) -> str:
    import segno

    drawn = io.BytesIO()
    segno.make(url, error="m").save(drawn, kind="svg", scale=8, border=2, dark="#000", light="#fff")
    return "data:image/svg+xml;base64," + b64encode(drawn.getvalue()).decode("ascii")
