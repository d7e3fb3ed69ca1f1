"""A model quick enough to be asked twice a second, beside one that is too slow for it."""

import functools

from core.errors import MalgyeolError
from core.inference.hear import has_dear_features
from core.models import Bundle, list_models, load_for_answers, runs_here
from core.models.registry import ModelEntry

__all__ = ["quick_bundle"]


def quick_bundle(bundle: Bundle) -> Bundle:
    """A quick model that names the same emotions; the model itself if it is quick or none is there.

    Parameters
    ----------
    bundle : Bundle

    Returns
    -------
    bundle : Bundle
        The shipped one with the best score, for a bar that moves while somebody speaks. The
        answer at the end is the first model's.
    """
    if not has_dear_features(bundle):
        return bundle
    entries = [e for e in list_models() if e.shipped and e.problem is None and runs_here(e)]
    entries = [e for e in entries if e.manifest.get("scheme") == list(bundle.scheme)]
    for entry in sorted(entries, key=_score, reverse=True):
        try:
            other = _loaded(entry.path, entry.path.stat().st_mtime_ns)
        except (MalgyeolError, OSError):
            continue
        if not has_dear_features(other):
            return other
    return bundle


def _score(entry: ModelEntry) -> float:
    return float((entry.manifest.get("metrics") or {}).get("uar") or 0.0)


@functools.lru_cache(maxsize=2)
def _loaded(path, changed: int) -> Bundle:
    """Loaded once for all streams; ``changed`` is when the file was last written."""
    return load_for_answers(path)
