"""What can be wrong with a backup, or in the way of one."""

from core.errors.base import MalgyeolError
from core.i18n import N_

__all__ = [
    "BackupError",
    "BackupDamagedError",
    "BackupExistsError",
    "BackupPlaceError",
    "BackupTooNewError",
    "NotABackupError",
    "WorkspaceFilledError",
    "WorkspaceInUseError",
]


class BackupError(MalgyeolError):
    """A backup that cannot be made or used."""


class NotABackupError(BackupError):
    """A file that no backup command has written."""

    template = N_("{file} is not a backup of Malgyeol.")
    advice = N_("Choose a file that `python -m core backup` has written.")

    def __init__(self, file: str):
        super().__init__(file=file)


class BackupDamagedError(BackupError):
    """A backup of which some byte is not what was written."""

    template = N_("The backup {file} is damaged at {member}: {reason}.")
    advice = N_("Nothing was changed. Use another copy of the backup.")
    translated = ("reason",)

    def __init__(self, file: str, member: str, reason: str):
        super().__init__(file=file, member=member, reason=reason)


class BackupTooNewError(BackupError):
    """A backup in a format of a newer version."""

    template = N_("The backup {file} has format {found}; this program knows up to {known}.")
    advice = N_("Update Malgyeol, then restore it.")

    def __init__(self, file: str, found: int, known: int):
        super().__init__(file=file, found=found, known=known)


class BackupExistsError(BackupError):
    """A file where the backup should go."""

    template = N_("{file} is there already.")
    advice = N_("Choose another name, or replace it with --force.")

    def __init__(self, file: str):
        super().__init__(file=file)


class BackupPlaceError(BackupError):
    """A place that a backup cannot be written or unpacked to; `reason` says why."""

    template = N_("{place} cannot be written: {reason}.")
    advice = N_("Nothing was changed. Choose another place, or mend this one and try again.")
    translated = ("reason",)

    def __init__(self, place: str, reason: str):
        super().__init__(place=place, reason=reason)


class WorkspaceFilledError(BackupError):
    """Something where the backup should be restored."""

    template = N_("The workspace {folder} is not empty.")
    advice = N_("With --force it is set aside, not deleted; or choose another with MALGYEOL_HOME.")

    def __init__(self, folder: str):
        super().__init__(folder=folder)


class WorkspaceInUseError(BackupError):
    """A workspace that some program has open."""

    template = N_("The workspace {folder} is in use.")
    advice = N_("Close the app and wait for the training to end, then restore again.")

    def __init__(self, folder: str):
        super().__init__(folder=folder)
