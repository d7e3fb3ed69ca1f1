"""Networks that have learnt, answering with NumPy alone."""

from typing import Any

import numpy as np

from core.models.neural.architecture import Architecture, architecture, n_networks
from core.models.neural.layers import logits, softmax
from core.models.rows import checked_rows
from core.settings import NeuralSpec

__all__ = ["NeuralNetwork"]

_AT_ONCE = 16  # clips; what flows between the layers stays small


class NeuralNetwork:
    """One network with its weights, or several that vote; asked like a scikit-learn classifier.

    Parameters
    ----------
    spec : NeuralSpec
    shape : (int, int)
        Frames, and values a frame.
    n_classes : int
    weights : dict of str to np.ndarray
        Learnt ones and statistics, float32, of the names and shapes of the architecture; where
        several vote, each array has them along its first axis.
    """

    def __init__(
        self,
        spec: NeuralSpec,
        shape: tuple[int, int],
        n_classes: int,
        weights: dict[str, np.ndarray],
    ):
        self.spec = spec
        self.shape = shape
        self.weights = weights
        self.classes_ = np.arange(n_classes)
        self.n_features_in_ = shape[0] * shape[1]

    @property
    def architecture(self) -> Architecture:
        """Its layers."""
        return architecture(self.spec, *self.shape, len(self.classes_))

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities of the classes.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_frames * n_values)]
            Frame sequences as rows; frames of zeros are padding.

        Returns
        -------
        proba : np.ndarray [shape=(n, n_classes)], float64

        Raises
        ------
        ValueError
            If the shape does not fit, or a value is not finite.
        """
        X = checked_rows(X, self.n_features_in_, np.float32)
        proba = np.empty((len(X), len(self.classes_)))
        for start in range(0, len(X), _AT_ONCE):
            part = X[start : start + _AT_ONCE].reshape(-1, *self.shape)
            answers = [
                softmax(logits(_NumpyOps(), self.architecture, weights, part))
                for weights in self._members()
            ]
            proba[start : start + _AT_ONCE] = np.mean(answers, axis=0)
        return proba

    def _members(self) -> list[dict[str, np.ndarray]]:
        """The weights of each network that votes."""
        n = n_networks(self.spec)
        if n == 1:
            return [self.weights]
        return [{name: w[i] for name, w in self.weights.items()} for i in range(n)]


class _NumpyOps:
    """The layers without anything that only learning needs."""

    xp: Any = np
    block: None = None

    def conv(self, x: np.ndarray, kernel: np.ndarray, *, same: bool) -> np.ndarray:
        sizes, n_out = kernel.shape[:-2], kernel.shape[-1]
        around = [(size // 2, size - 1 - size // 2) if same else (0, 0) for size in sizes]
        padded = np.pad(x, ((0, 0), *around, (0, 0)))
        axes = tuple(range(1, 1 + len(sizes)))
        # (n, ..., n_in, *kernel) → (n, ..., *kernel, n_in)
        seen = np.lib.stride_tricks.sliding_window_view(padded, sizes, axis=axes)  # type: ignore[call-overload]
        seen = np.moveaxis(seen, len(axes) + 1, -1)
        columns = seen.reshape(*seen.shape[: len(axes) + 1], -1)
        return columns @ kernel.reshape(-1, n_out)

    def over_time(self, gates: np.ndarray, recurrent: np.ndarray, mask: np.ndarray) -> np.ndarray:
        ways, n, n_frames, _ = gates.shape
        units = recurrent.shape[1]
        h = np.zeros((ways, n, units), dtype=np.float32)
        c = np.zeros_like(h)
        states = np.empty((ways, n, n_frames, units), dtype=np.float32)
        for t in range(n_frames):
            inside = mask[:, :, t, None]
            now = gates[:, :, t] + h @ recurrent
            i, f, o = (_sigmoid(now[..., k * units : (k + 1) * units]) for k in range(3))
            fresh = f * c + i * np.tanh(now[..., 3 * units :])
            c = np.where(inside, fresh, c)
            h = np.where(inside, o * np.tanh(fresh), h)
            states[:, :, t] = h
        return states

    def dropout(self, x: np.ndarray, rate: float, number: int) -> np.ndarray:
        return x


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(0.5 * x)
