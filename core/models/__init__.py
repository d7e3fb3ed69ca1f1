"""Models: how they learn, what they are kept in, and which ones there are.

Conventions
-----------
A model kept for use is a **bundle**, one ``.malgyeol`` file (`core.models.bundle`). Nothing else
is ever opened as a model. scikit-learn and skops are imported where something is learnt or handed
on, not with this room, and not to answer.
"""

from typing import TYPE_CHECKING, Any

from core.models.bundle import (
    Bundle,
    Calibration,
    VersionDifference,
    VoiceBaseline,
)
from core.models.bundle_file import load_bundle, load_for_answers, save_bundle
from core.models.classical import build, epoch_trainer, fit
from core.models.epochs import EpochResult
from core.models.guest_model import GuestModel
from core.models.passport import build_passport
from core.models.registry import (
    ModelEntry,
    begin_loading,
    default_model,
    find_model,
    install_model,
    list_models,
    model_path,
    runs_here,
    set_active,
)

if TYPE_CHECKING:
    from core.models.mlp import EpochTrainer

__all__ = [
    "Bundle",
    "Calibration",
    "EpochResult",
    "EpochTrainer",
    "GuestModel",
    "ModelEntry",
    "VersionDifference",
    "VoiceBaseline",
    "begin_loading",
    "build",
    "build_passport",
    "default_model",
    "epoch_trainer",
    "find_model",
    "fit",
    "install_model",
    "list_models",
    "load_bundle",
    "load_for_answers",
    "model_path",
    "runs_here",
    "save_bundle",
    "set_active",
]


def __getattr__(name: str) -> Any:
    if name == "EpochTrainer":
        from core.models.mlp import EpochTrainer

        return EpochTrainer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
