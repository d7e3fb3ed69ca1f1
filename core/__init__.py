"""Malgyeol: collect, check, train, compare and show speech-emotion models."""

__version__ = "0.1.0"
