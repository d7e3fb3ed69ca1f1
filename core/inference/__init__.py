"""A clip's way from bytes to the emotion that is heard in it."""

from core.inference.classify import Prediction, classify, classify_many

__all__ = ["Prediction", "classify", "classify_many"]
