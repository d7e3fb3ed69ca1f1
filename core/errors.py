"""What can be wrong with what we are given: one base class, few children, each with its advice.

Conventions
-----------
A class carries two gettext message ids: `template` says what was found and what was expected,
`advice` says what to do next. Values are attributes, so a page can translate by class and
attributes (`describe`) and never has to read a message. ``str(error)`` is the English text.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from core.i18n import N_, Translate

__all__ = [
    "MalgyeolError",
    "AudioError",
    "EmptyAudioError",
    "FileTooLargeError",
    "NotAudioError",
    "UnsupportedRateError",
    "TooManyChannelsError",
    "SignalTooLongError",
    "SignalTooShortError",
    "DamagedAudioError",
    "UndecodableAudioError",
    "NonFiniteSignalError",
    "SignalOutOfRangeError",
    "UnreadableFileError",
    "UnknownEmotionError",
    "UnusableSchemeError",
    "KnobError",
    "UnknownKnobError",
    "CorpusError",
    "UnknownCorpusError",
    "UnknownConventionError",
    "NothingToImportError",
    "ManifestError",
    "NamingRuleError",
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
    "TooFewUtterancesError",
    "ImpossibleSplitError",
    "ConfoundedSplitError",
    "SpeakerNormError",
    "SpeakersMissingError",
    "UnparsedNameError",
    "OnlyEmotionError",
    "UnknownLabelError",
    "UnlabelledError",
    "ChangedFileError",
    "ExportPlaceError",
    "AudformatMissingError",
    "AudformatError",
    "EmotionLeftOutError",
    "CorpusNameError",
    "UnknownUtteranceError",
    "UnknownClipError",
    "NothingAskedError",
    "UndoNamesError",
    "ChangedSinceError",
    "CatalogError",
    "CatalogDamagedError",
    "CatalogTooNewError",
    "CatalogBusyError",
    "DiskFullError",
    "ModelError",
    "UnknownModelError",
    "BrokenBundleError",
    "UnsafeModelError",
    "UnusableModelNameError",
    "TrainingDivergedError",
    "SttError",
    "EngineUnavailableError",
    "EngineFailedError",
    "ConsentMissingError",
    "JobError",
]


class MalgyeolError(Exception):
    """Base of every error that a user can do something about."""

    template: ClassVar[str] = N_("Something could not be done.")
    advice: ClassVar[str] = N_("Try again; the log has the details.")
    translated: ClassVar[tuple[str, ...]] = ()  # values that are message ids themselves

    def __init__(self, **values: Any):
        self.values = values
        for name, value in values.items():
            setattr(self, name, value)
        super().__init__(self.describe(lambda message: message))

    def describe(self, translate: Translate) -> str:
        """What was found and what to do, in the language of ``translate``.

        Parameters
        ----------
        translate : callable
            From message id to caption, as `core.i18n.captions` gives it.

        Returns
        -------
        text : str
            Two sentences; plain text, not Markdown.
        """
        values = {
            name: translate(value) if name in self.translated and value else value
            for name, value in self.values.items()
        }
        said = translate(self.template).format(**values)
        return f"{said} {translate(self.advice).format(**values)}".strip()

    def __reduce__(self) -> tuple:
        return (_rebuild, (type(self), self.values))


def _rebuild(kind: type[MalgyeolError], values: dict[str, Any]) -> MalgyeolError:
    """An error after its way through a process border."""
    error = kind.__new__(kind)
    MalgyeolError.__init__(error, **values)
    return error


class AudioError(MalgyeolError):
    """A sound file that cannot be used; `name` is the file's own name, as the user knows it."""

    name: str


class EmptyAudioError(AudioError):
    """A file of no bytes, or a sound of no samples."""

    template = N_("“{name}” is empty (0 bytes or no sound in it).")
    advice = N_("Record or export it once more.")

    def __init__(self, name: str):
        super().__init__(name=name)


class FileTooLargeError(AudioError):
    """A file above the size limit; sizes in bytes."""

    template = N_("“{name}” has {size_mb:.1f} MB; up to {limit_mb:.0f} MB can be read.")
    advice = N_("Cut it into shorter pieces or save it as FLAC.")

    def __init__(self, name: str, size: int, limit: int):
        super().__init__(
            name=name, size=size, limit=limit, size_mb=size / 2**20, limit_mb=limit / 2**20
        )


class NotAudioError(AudioError):
    """Content that is no known sound format; `kind` says what it looks like."""

    template = N_("“{name}” is not a sound file: its content looks like {kind}.")
    advice = N_("WAV, FLAC, MP3, OGG, M4A, WebM and AMR can be read.")
    translated = ("kind",)

    def __init__(self, name: str, kind: str):
        super().__init__(name=name, kind=kind)


class UnsupportedRateError(AudioError):
    """A sampling rate outside the limits; rates in Hz."""

    template = N_("“{name}” has a sampling rate of {sr} Hz; {low} to {high} Hz can be read.")
    advice = N_("Export it again at 16,000 Hz or 48,000 Hz.")

    def __init__(self, name: str, sr: int, low: int, high: int):
        super().__init__(name=name, sr=sr, low=low, high=high)


class TooManyChannelsError(AudioError):
    """More channels than the limit."""

    template = N_("“{name}” has {channels} channels; up to {limit} can be read.")
    advice = N_("Mix it down to mono or stereo first.")

    def __init__(self, name: str, channels: int, limit: int):
        super().__init__(name=name, channels=channels, limit=limit)


class SignalTooLongError(AudioError):
    """A sound longer than the limit; `duration` and `limit` in seconds."""

    template = N_("“{name}” lasts {duration:.1f} s; up to {limit:.0f} s can be used here.")
    advice = N_("Cut it into single sentences first.")

    def __init__(self, name: str, duration: float, limit: float):
        super().__init__(name=name, duration=duration, limit=limit)


class SignalTooShortError(AudioError):
    """A sound shorter than the minimum; `duration` and `minimum` in seconds."""

    template = N_("“{name}” lasts {duration:.2f} s; {minimum:.2f} s or more needed.")
    advice = N_("Record one whole word or sentence.")

    def __init__(self, name: str, duration: float, minimum: float):
        super().__init__(name=name, duration=duration, minimum=minimum)


class DamagedAudioError(AudioError):
    """A file of which only a part can be decoded; durations in seconds."""

    template = N_("“{name}” is damaged: {decoded:.2f} s of {declared:.2f} s could be read.")
    advice = N_("Copy it again from its source.")

    def __init__(self, name: str, decoded: float, declared: float):
        super().__init__(name=name, decoded=decoded, declared=declared)


class UndecodableAudioError(AudioError):
    """A file that begins like a sound format and then cannot be decoded at all."""

    template = N_("“{name}” begins like {format}, but no sound can be read from it.")
    advice = N_("If it plays elsewhere, export it there as WAV; if not, copy it again.")

    def __init__(self, name: str, format: str):
        super().__init__(name=name, format=format)


class NonFiniteSignalError(AudioError):
    """Samples that are NaN or infinite."""

    template = N_("“{name}” holds {count} samples that are not numbers (NaN or infinite).")
    advice = N_("Export it again as 16-bit PCM.")

    def __init__(self, name: str, count: int):
        super().__init__(name=name, count=count)


class SignalOutOfRangeError(AudioError):
    """Samples far outside [-1, 1]; `peak` and `limit` in full scale."""

    template = N_("“{name}” peaks at {peak:.3g} times full scale; up to {limit:.0f} is accepted.")
    advice = N_("Normalise it and export it again as 16-bit PCM.")

    def __init__(self, name: str, peak: float, limit: float):
        super().__init__(name=name, peak=peak, limit=limit)


class UnreadableFileError(AudioError):
    """A file that is not there or may not be opened."""

    template = N_("“{name}” cannot be opened: {reason}.")
    advice = N_("Check that it exists and that you may read it.")
    translated = ("reason",)

    def __init__(self, name: str, reason: str):
        super().__init__(name=name, reason=reason)


class UnknownEmotionError(MalgyeolError):
    """An emotion id that is not in the list."""

    template = N_("“{found}” is not an emotion known here.")
    advice = N_("Use one of: {known}.")

    def __init__(self, found: str, known: Sequence[str]):
        super().__init__(found=found, known=", ".join(known))


class UnusableSchemeError(MalgyeolError):
    """A label scheme of fewer than two emotions."""

    template = N_("At least two emotions are needed; found: {found}.")
    advice = N_("Add clips of another emotion.")

    def __init__(self, found: Sequence[str]):
        super().__init__(found=", ".join(found) or "–")


class KnobError(MalgyeolError):
    """A setting outside its range."""

    template = N_("The setting “{knob}” is {found}; {expected} is allowed.")
    advice = N_("Choose a value in this range.")
    translated = ("knob",)

    def __init__(self, knob: str, found: object, expected: str):
        super().__init__(knob=knob, found=found, expected=expected)


class UnknownKnobError(MalgyeolError):
    """A setting that does not exist."""

    template = N_("There is no setting “{knob}” here.")
    advice = N_("Use one of: {known}.")

    def __init__(self, knob: str, known: Sequence[str]):
        super().__init__(knob=knob, known=", ".join(known))


class CorpusError(MalgyeolError):
    """A corpus that cannot serve what is asked of it."""


class UnknownCorpusError(CorpusError):
    """A corpus name that is not in the catalog."""

    template = N_("There is no corpus “{corpus}”.")
    advice = N_("Known are: {known}.")

    def __init__(self, corpus: str, known: Sequence[str]):
        super().__init__(corpus=corpus, known=", ".join(known) or "–")


class UnknownConventionError(CorpusError):
    """The id of a naming convention that does not exist."""

    template = N_("There is no naming convention “{convention}”.")
    advice = N_("Use one of: {known}.")

    def __init__(self, convention: str, known: Sequence[str]):
        super().__init__(convention=convention, known=", ".join(known))


class NothingToImportError(CorpusError):
    """A place without any sound file."""

    template = N_("No sound file was found in “{place}” ({seen} files looked at).")
    advice = N_("Choose a folder or a zip that holds WAV, FLAC, MP3, OGG or M4A files.")

    def __init__(self, place: str, seen: int):
        super().__init__(place=place, seen=seen)


class ManifestError(CorpusError):
    """A table of clips that cannot be read; `reason` says why."""

    template = N_("The table “{name}” cannot be used: {reason}.")
    advice = N_("Use CSV or JSON Lines in UTF-8, with a column that names the files.")
    translated = ("reason",)

    def __init__(self, name: str, reason: str):
        super().__init__(name=name, reason=reason)


class NamingRuleError(CorpusError):
    """A regular expression that cannot serve as a naming rule; `detail` is the engine's word."""

    template = N_("The rule “{pattern}” cannot be used: {reason} {detail}")
    advice = N_("Name parts like this: (?P<sentence>.+)_(?P<speaker>.+)_(?P<emotion>.+)")
    translated = ("reason",)

    def __init__(self, pattern: str, reason: str, detail: str = ""):
        super().__init__(pattern=pattern, reason=reason, detail=detail)


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


class TooFewUtterancesError(CorpusError):
    """A class or a corpus too small to train on."""

    template = N_("“{what}” has {found} clips; {needed} or more are needed.")
    advice = N_("Record more of it, or leave it out of the chosen emotions.")

    def __init__(self, what: str, found: int, needed: int):
        super().__init__(what=what, found=found, needed=needed)


class ImpossibleSplitError(CorpusError):
    """A split mode that the data cannot support."""

    template = N_("The split “{mode}” needs {needed} different {group}; the corpus has {found}.")
    advice = N_("Record another one, or choose the random split.")
    translated = ("mode", "group")

    def __init__(self, mode: str, group: str, found: int, needed: int):
        super().__init__(mode=mode, group=group, found=found, needed=needed)


class SpeakerNormError(CorpusError):
    """Speaker normalisation asked of a corpus where it would mislead."""

    template = N_(
        "Speaker normalisation needs {min_classes} emotions and {min_clips} clips of each speaker;"
        " speaker “{speaker}” has {classes} and {clips}."
    )
    advice = N_("Record more of this speaker, or train without speaker normalisation.")

    def __init__(self, speaker: str, classes: int, clips: int, min_classes: int, min_clips: int):
        super().__init__(
            speaker=speaker,
            classes=classes,
            clips=clips,
            min_classes=min_classes,
            min_clips=min_clips,
        )


class ConfoundedSplitError(CorpusError):
    """A split in which some fold would have to answer an emotion that it could not learn."""

    template = N_(
        "In the split “{mode}”, “{emotion}” would be missing from the clips to learn from: too few"
        " {group} have it."
    )
    advice = N_("Record it with another one, leave it out, or choose the random split.")
    translated = ("mode", "group")

    def __init__(self, mode: str, emotion: str, group: str):
        super().__init__(mode=mode, emotion=emotion, group=group)


class SpeakersMissingError(SpeakerNormError):
    """Speaker normalisation asked of clips that do not say who speaks."""

    template = N_("Speaker normalisation needs to know who speaks; {clips} clips do not say it.")
    advice = N_("Fill in their speaker, or train without speaker normalisation.")

    def __init__(self, clips: int):
        MalgyeolError.__init__(self, clips=clips)


class UnparsedNameError(CorpusError):
    """A file name that does not say what is in the clip."""

    template = N_("“{name}” does not follow the naming {convention}.")
    advice = N_("Rename it, or choose another naming.")
    translated: ClassVar[tuple[str, ...]] = ("convention",)

    def __init__(self, name: str, convention: str):
        super().__init__(name=name, convention=convention)


class OnlyEmotionError(UnparsedNameError):
    """A file name that says an emotion and nothing else."""

    template = N_("“{name}” says only its emotion, not who speaks and what.")
    advice = N_("Fill in voice or sentence in the preview, or name it like 1_1_N.wav.")
    translated = ()

    def __init__(self, name: str):
        MalgyeolError.__init__(self, name=name)


class UnknownLabelError(CorpusError):
    """A clip whose table or name gives an emotion that is none."""

    template = N_("“{name}” has the label “{found}”, which is no emotion known here.")
    advice = N_("Say which emotion this label stands for, or choose it in the preview.")

    def __init__(self, name: str, found: str):
        super().__init__(name=name, found=found)


class UnlabelledError(CorpusError):
    """A clip of which nothing says the emotion."""

    template = N_("Nothing says which emotion “{name}” has.")
    advice = N_("Choose it in the preview, or take clips without an emotion in, too.")

    def __init__(self, name: str):
        super().__init__(name=name)


class ChangedFileError(CorpusError):
    """A file that is no longer what the preview showed."""

    template = N_("“{name}” has changed since the preview.")
    advice = N_("Choose it once more and look at it again.")

    def __init__(self, name: str):
        super().__init__(name=name)


class ExportPlaceError(CorpusError):
    """A folder that an export cannot be written to; `reason` says why."""

    template = N_("Nothing was exported to “{place}”: {reason}.")
    advice = N_("Choose a folder that is empty or not there yet.")
    translated = ("reason",)

    def __init__(self, place: str, reason: str):
        super().__init__(place=place, reason=reason)


class AudformatMissingError(CorpusError):
    """An audformat database where the package that reads and writes it is not installed."""

    template = N_("For audformat databases the package audformat is needed; it is not installed.")
    advice = N_("Run pip install -r requirements-audformat.txt, then start again.")


class AudformatError(CorpusError):
    """An audformat database that cannot be read; `detail` is the package's word."""

    template = N_("The audformat database “{name}” cannot be read: {reason}. {detail}")
    advice = N_("Check that its db.yaml and its tables are complete.")
    translated = ("reason",)

    def __init__(self, name: str, reason: str, detail: str = ""):
        super().__init__(name=name, reason=reason, detail=detail)


class EmotionLeftOutError(CorpusError):
    """A clip of an emotion that was not asked for."""

    template = N_("“{name}” is “{emotion}”, which was not chosen.")
    advice = N_("Choose this emotion too if you want the clip.")

    def __init__(self, name: str, emotion: str | None):
        super().__init__(name=name, emotion=emotion or "–")


class CorpusNameError(CorpusError):
    """A name that no corpus can have."""

    template = N_("“{found}” cannot be the name of a corpus.")
    advice = N_("Use 1 to {limit} characters, none of them a control character.")

    def __init__(self, found: str, limit: int):
        super().__init__(found=found, limit=limit)


class UnknownUtteranceError(CorpusError):
    """Utterance ids that are not in the catalog."""

    template = N_("There is no clip with the number {ids}.")
    advice = N_("Load the page again; somebody may have changed the corpus.")

    def __init__(self, ids: Sequence[int]):
        super().__init__(ids=", ".join(str(i) for i in ids))


class UnknownClipError(CorpusError):
    """A file name that no clip of a corpus has."""

    template = N_("There is no clip “{name}” in the corpus “{corpus}”.")
    advice = N_("Write the name as the command quality shows it.")

    def __init__(self, name: str, corpus: str):
        super().__init__(name=name, corpus=corpus)


class NothingAskedError(MalgyeolError):
    """A command without what it is about."""

    template = N_("Nothing was asked for: {missing} is missing.")
    advice = N_("Add it; --help shows how.")

    def __init__(self, missing: str):
        super().__init__(missing=missing)


class UndoNamesError(MalgyeolError):
    """File names beside a request to take back the latest change."""

    template = N_("--undo takes back the latest change as a whole; {n} file names were given.")
    advice = N_("Leave the names out, or give the labels that these clips should have.")

    def __init__(self, n: int):
        super().__init__(n=n)


class ChangedSinceError(CorpusError):
    """An undo that would take away what was changed after it."""

    template = N_("{clips} of these clips were changed again since; nothing was undone.")
    advice = N_("Look at their history and set the labels you want.")

    def __init__(self, clips: int):
        super().__init__(clips=clips)


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


class ModelError(MalgyeolError):
    """A model that cannot be used."""


class UnknownModelError(ModelError):
    """A model name that is not there."""

    template = N_("There is no model “{model}”.")
    advice = N_("Known are: {known}.")

    def __init__(self, model: str, known: Sequence[str]):
        super().__init__(model=model, known=", ".join(known) or "–")


class BrokenBundleError(ModelError):
    """A model file whose content is not what its manifest promises; `detail` is for the log."""

    template = N_("The model file “{name}” cannot be trusted: {reason}.")
    advice = N_("Nothing of it was loaded. Get it again from where it came.")
    translated = ("reason",)

    def __init__(self, name: str, reason: str, detail: str = ""):
        super().__init__(name=name, reason=reason, detail=detail)


class UnsafeModelError(ModelError):
    """A model file that could run code or holds foreign types; `detail` is for the log."""

    template = N_("The model file “{name}” was refused: {reason}.")
    advice = N_("Only Malgyeol's own bundles (.malgyeol) are opened; pickles never are.")
    translated = ("reason",)

    def __init__(self, name: str, reason: str, detail: str = ""):
        super().__init__(name=name, reason=reason, detail=detail)


class UnusableModelNameError(ModelError):
    """A name that cannot become a model's file name."""

    template = N_("“{found}” cannot be the name of a model.")
    advice = N_("Use up to {limit} letters, digits, spaces, and the signs - _ and dot.")

    def __init__(self, found: str, limit: int):
        super().__init__(found=found, limit=limit)


class TrainingDivergedError(ModelError):
    """A network whose loss or weights ran away."""

    template = N_("The training ran away in epoch {epoch}: its loss is no longer a number.")
    advice = N_("Lower the learning rate, or standardise the features.")

    def __init__(self, epoch: int):
        super().__init__(epoch=epoch)


class SttError(MalgyeolError):
    """Speech to text that gives no text; the emotion is never touched by it."""


class EngineUnavailableError(SttError):
    """An engine that is not set up."""

    template = N_("The speech engine “{engine}” is not ready: {reason}.")
    advice = N_("{fix}")
    translated = ("reason", "fix")

    def __init__(self, engine: str, reason: str, fix: str):
        super().__init__(engine=engine, reason=reason, fix=fix)


class EngineFailedError(SttError):
    """An engine that was ready and failed on this clip."""

    template = N_("The speech engine “{engine}” failed: {reason}.")
    advice = N_("The emotion is not affected. Try again or choose another engine.")
    translated = ("reason",)

    def __init__(self, engine: str, reason: str):
        super().__init__(engine=engine, reason=reason)


class ConsentMissingError(SttError):
    """A cloud engine asked to hear a voice without consent."""

    template = N_("“{engine}” would send the voice away from this machine.")
    advice = N_("Agree to it first, or choose the engine on this machine.")

    def __init__(self, engine: str):
        super().__init__(engine=engine)


class JobError(MalgyeolError):
    """A training run that ended without a result."""

    template = N_("The run {job} ended without a result: {reason}.")
    advice = N_("Models saved before are untouched. Start it again.")
    translated = ("reason",)

    def __init__(self, job: str, reason: str):
        super().__init__(job=job, reason=reason)
