"""Measurements; ``core`` comes first, before any library that counts threads is loaded."""

import core  # noqa: F401
