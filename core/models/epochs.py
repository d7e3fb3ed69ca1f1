"""What models that learn by epochs have in common."""

from dataclasses import dataclass

__all__ = ["EpochResult"]


@dataclass(frozen=True)
class EpochResult:
    """What one epoch brought."""

    epoch: int  # from 1
    loss: float  # mean over the epoch's batches, L2 penalty included
    validation: float | None  # UAR on the inner validation part, with early stopping
