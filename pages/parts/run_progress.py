"""How far a run is that learns by epochs, all folds side by side or one after the other."""

from collections.abc import Sequence

from core.i18n import Translate, percent
from core.training.events import EpochEnded, EpochGoesOn, Event, FoldEnded, Prepared

__all__ = ["epochs_progress"]


def epochs_progress(events: Sequence[Event], prepared: Prepared, _: Translate) -> tuple[float, str]:
    """The share that is done, 0 to 1, and that in words.

    Parameters
    ----------
    events : sequence of Event
        So far.
    prepared : Prepared
        Of a model that learns by epochs.
    _ : callable
        Translation.

    Returns
    -------
    share : float
    text : str
    """
    n_folds, total = len(prepared.fold_names), prepared.max_epochs or 1
    epochs = [e for e in events if isinstance(e, EpochEnded)]
    going = next((e for e in reversed(events) if isinstance(e, EpochGoesOn | EpochEnded)), None)
    if isinstance(going, EpochGoesOn) and going.epoch == 0 and not epochs:
        return 0.0, _("Compiling the network, once for this shape…")
    done = {e.fold for e in events if isinstance(e, FoldEnded)}
    latest = {e.fold: e.epoch for e in epochs}
    inside = isinstance(going, EpochGoesOn) and going.epoch > 0
    within = going.done / going.total if inside and going.total else 0.0
    came = sum(total if fold in done else latest.get(fold, 0) for fold in range(n_folds)) + within
    share = min(1.0, came / (n_folds * total))
    open_folds = set(latest) - done
    one_by_one = bool(done) or (len(latest) == 1 and max(latest.values(), default=0) > 1)
    if n_folds > 1 and one_by_one and len(open_folds) <= 1:
        fold = going.fold if going is not None else 0
        text = _("Fold {fold} of {folds} · epoch {epoch} of {total}")
        epoch = going.epoch if inside else latest.get(fold, 0)
        text = text.format(fold=fold + 1, folds=n_folds, epoch=epoch, total=total)
    else:
        text = _("Epoch {epoch} of {total} · {folds} folds side by side")
        epoch = going.epoch if inside else max(latest.values(), default=0)
        text = text.format(epoch=epoch, total=total, folds=n_folds)
        within = (within + sum(latest.get(i, 0) >= epoch for i in range(n_folds))) / n_folds
    if inside:
        text += " · " + _("{share} of this epoch").format(share=percent(within))
    return share, text
