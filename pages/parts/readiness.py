"""What is there and what is ready: corpora, models, and the engine that writes words."""

from dataclasses import dataclass, field

from core.corpus import CorpusInfo
from core.errors import ModelError
from core.i18n import Translate
from core.models import ModelEntry, default_model, list_models
from core.stt import EngineStatus, engines, overall_status
from pages.parts.resources import catalog

__all__ = ["EngineState", "Readiness", "readiness", "state_lines"]

_STATES = {"ready": "ready", "not-configured": "missing", "broken": "broken"}


@dataclass(frozen=True)
class EngineState:
    """A speech engine and its status."""

    title: str
    sends_voice_away: bool
    status: EngineStatus


@dataclass(frozen=True)
class Readiness:
    """Everything that a first look should tell."""

    corpora: tuple[CorpusInfo, ...] = ()
    models: tuple[ModelEntry, ...] = ()
    active: ModelEntry | None = None
    engines: tuple[EngineState, ...] = field(default=())

    @property
    def n_utterances(self) -> int:
        """Clips of all corpora."""
        return sum(corpus.n_utterances for corpus in self.corpora)


def readiness() -> Readiness:
    """What is there now.

    Returns
    -------
    readiness : Readiness
    """
    return Readiness(
        corpora=tuple(catalog().corpora()),
        models=tuple(list_models()),
        active=active_model(),
        engines=tuple(
            EngineState(engine.title, engine.sends_voice_away, engine.status())
            for engine in engines().values()
        ),
    )


def active_model() -> ModelEntry | None:
    """The model that answers when none is chosen, or None where there is none.

    Returns
    -------
    entry : ModelEntry or None
    """
    try:
        path = default_model()
    except ModelError:
        return None
    return next((entry for entry in list_models() if entry.path == path), None)


def state_lines(_: Translate) -> list[tuple[str, str, str]]:
    """The two states that decide whether the app can answer.

    Parameters
    ----------
    _ : callable
        From message id to caption.

    Returns
    -------
    lines : list of (state, caption, text)
        State is ``"ready"``, ``"missing"`` or ``"broken"``.
    """
    model, words = active_model(), overall_status()
    return [
        ("ready", _("Model"), model.name) if model else ("missing", _("Model"), _("none yet")),
        (
            _STATES[words.state],
            _("Words"),
            words.detail if words.state == "ready" else _(words.reason),
        ),
    ]
