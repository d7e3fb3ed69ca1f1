import core  # noqa: F401  before any library that counts threads is loaded
