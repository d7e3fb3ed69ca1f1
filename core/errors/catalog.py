"""What can be wrong with the catalog and the disk under it."""

from core.errors.base import MalgyeolError
from core.i18n import N_

__all__ = [
    "CatalogError",
    "CatalogDamagedError",
    "CatalogTooNewError",
    "CatalogBusyError",
    "DiskFullError",
]


class CatalogError(MalgyeolError):
    """A catalog that cannot be read or written now."""


class CatalogDamagedError(CatalogError):
    """A catalog that SQLite finds malformed."""

    template = N_("The catalog {file} is damaged: {finding}.")
    advice = N_("Put a backup in its place; the recordings in the audio folder are untouched.")

    def __init__(self, file: str, finding: str):
        super().__init__(file=file, finding=finding)


class CatalogTooNewError(CatalogError):
    """A catalog that a newer version has made."""

    template = N_("The catalog {file} has version {found}; this program knows up to {known}.")
    advice = N_("Update Malgyeol, or choose another workspace.")

    def __init__(self, file: str, found: int, known: int):
        super().__init__(file=file, found=found, known=known)


class CatalogBusyError(CatalogError):
    """A catalog that another writer holds too long; `waited` in seconds."""

    template = N_("The catalog {file} was busy for {waited:.0f} s.")
    advice = N_("Wait for the import that is under way, then try again.")

    def __init__(self, file: str, waited: float):
        super().__init__(file=file, waited=waited)


class DiskFullError(CatalogError):
    """No room left on disk; nothing was half written."""

    template = N_("The disk is full: {file} could not be written.")
    advice = N_("Make room and try again; nothing was half kept.")

    def __init__(self, file: str):
        super().__init__(file=file)
