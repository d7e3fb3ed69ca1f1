"""What can be wrong with a zip and what is in it."""

from core.errors.corpora import CorpusError
from core.i18n import N_

__all__ = [
    "ArchiveError",
    "NotAZipError",
    "DamagedArchiveError",
    "ArchiveTooLargeError",
    "ArchiveExpandsError",
    "TooManyEntriesError",
    "EncryptedEntryError",
    "UnsupportedCompressionError",
    "DamagedEntryError",
    "SuspiciousEntryError",
    "LinkError",
    "NestedArchiveError",
    "FolderTooDeepError",
    "UnusableNameError",
]


class ArchiveError(CorpusError):
    """An archive, or one file in it, that cannot be imported; `name` as the user knows it."""

    name: str


class NotAZipError(ArchiveError):
    """Another kind of archive, or something that only calls itself a zip."""

    template = N_("“{name}” is not a zip: its content looks like {kind}.")
    advice = N_("Unpack it and choose the folder, or pack it again as a zip.")
    translated = ("kind",)

    def __init__(self, name: str, kind: str):
        super().__init__(name=name, kind=kind)


class DamagedArchiveError(ArchiveError):
    """A zip whose table of contents is missing or broken."""

    template = N_("The zip “{name}” is damaged: its table of contents cannot be read.")
    advice = N_("It may be cut off. Copy or download it again, or pack it again.")

    def __init__(self, name: str):
        super().__init__(name=name)


class ArchiveTooLargeError(ArchiveError):
    """A zip above the size limit; sizes in bytes."""

    template = N_("The zip “{name}” has {size_mb:.0f} MB; up to {limit_mb:.0f} MB can be read.")
    advice = N_("Pack it as several smaller zips, or choose the folder instead.")

    def __init__(self, name: str, size: int, limit: int):
        super().__init__(
            name=name, size=size, limit=limit, size_mb=size / 2**20, limit_mb=limit / 2**20
        )


class ArchiveExpandsError(ArchiveError):
    """A zip whose files are too large together; sizes in bytes."""

    template = N_(
        "The files in “{name}” have {size_mb:.0f} MB together;"
        " up to {limit_mb:.0f} MB are unpacked."
    )
    advice = N_("Pack it as several smaller zips, or choose the folder instead.")

    def __init__(self, name: str, size: int, limit: int):
        super().__init__(
            name=name, size=size, limit=limit, size_mb=size / 2**20, limit_mb=limit / 2**20
        )


class TooManyEntriesError(ArchiveError):
    """A zip of too many files."""

    template = N_("The zip “{name}” holds more than {limit} files.")
    advice = N_("Pack it as several smaller zips, or choose the folder instead.")

    def __init__(self, name: str, limit: int):
        super().__init__(name=name, limit=limit)


class EncryptedEntryError(ArchiveError):
    """A file in a zip that needs a password."""

    template = N_("“{name}” is locked with a password.")
    advice = N_("Pack it again without a password.")

    def __init__(self, name: str):
        super().__init__(name=name)


class UnsupportedCompressionError(ArchiveError):
    """A file in a zip packed in a way that is not read; `method` is the number in the zip."""

    template = N_("“{name}” is packed in a way that is not read here (method {method}).")
    advice = N_("Pack it again as an ordinary zip (deflate).")

    def __init__(self, name: str, method: int):
        super().__init__(name=name, method=method)


class DamagedEntryError(ArchiveError):
    """A file in a zip whose content is broken."""

    template = N_("“{name}” is damaged inside the zip.")
    advice = N_("Copy or download the zip again, or pack it again.")

    def __init__(self, name: str):
        super().__init__(name=name)


class SuspiciousEntryError(ArchiveError):
    """A file in a zip that would unpack to far more than it is packed in."""

    template = N_(
        "“{name}” would grow {ratio:.0f}-fold when unpacked; up to {limit:.0f} is allowed."
    )
    advice = N_("If it is a real recording, import it without a zip.")

    def __init__(self, name: str, ratio: float, limit: float):
        super().__init__(name=name, ratio=ratio, limit=limit)


class LinkError(ArchiveError):
    """A link, or something else that is no ordinary file."""

    template = N_("“{name}” is no ordinary file (a link or a device).")
    advice = N_("Copy the file itself to its place.")

    def __init__(self, name: str):
        super().__init__(name=name)


class NestedArchiveError(ArchiveError):
    """An archive in an archive."""

    template = N_("“{name}” is an archive inside the archive; these are not opened.")
    advice = N_("Unpack it and import it by itself.")

    def __init__(self, name: str):
        super().__init__(name=name)


class FolderTooDeepError(ArchiveError):
    """A file in a zip under too many folders."""

    template = N_("“{name}” lies {depth} folders deep; up to {limit} are read.")
    advice = N_("Pack the innermost folder by itself.")

    def __init__(self, name: str, depth: int, limit: int):
        super().__init__(name=name, depth=depth, limit=limit)


class UnusableNameError(ArchiveError):
    """A file whose name cannot be one."""

    template = N_("“{name}” is no usable file name.")
    advice = N_("Rename the file and pack it again.")

    def __init__(self, name: str):
        super().__init__(name=name)
