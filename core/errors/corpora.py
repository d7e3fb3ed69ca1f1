"""What can be wrong with a corpus, its names, labels and files."""

from collections.abc import Sequence
from typing import ClassVar

from core.errors.base import MalgyeolError
from core.i18n import N_
from core.names import SPLITS

__all__ = [
    "CorpusError",
    "UnknownCorpusError",
    "UnknownConventionError",
    "NothingToImportError",
    "ManifestError",
    "NamingRuleError",
    "EmptyCorpusError",
    "TooFewUtterancesError",
    "ImpossibleSplitError",
    "SpeakerNormError",
    "ConfoundedSplitError",
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
    "ChangedSinceError",
]


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


class EmptyCorpusError(CorpusError):
    """A corpus without a single active clip."""

    template = N_("The corpus “{corpus}” has no clip that is in use.")
    advice = N_("Import recordings, or turn clips on again that were left out.")

    def __init__(self, corpus: str):
        super().__init__(corpus=corpus)


class TooFewUtterancesError(CorpusError):
    """An emotion with too few clips to train on; `what` is its caption."""

    template = N_("“{what}” needs at least {needed} clips; it has {found}.")
    advice = N_("Record more of it, or leave it out of the chosen emotions.")
    translated = ("what",)

    def __init__(self, what: str, found: int, needed: int):
        super().__init__(what=what, found=found, needed=needed)


class ImpossibleSplitError(CorpusError):
    """A split mode that the data cannot support."""

    template = N_("The split “{mode}” needs {needed} different {group}; the corpus has {found}.")
    advice = N_("Record another one, or choose the split “{instead}”.")
    translated = ("group",)
    named: ClassVar = {"mode": SPLITS, "instead": SPLITS}
    instead: ClassVar = "random"

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
    advice = N_("Record it with another one, leave it out, or choose the split “{instead}”.")
    translated = ("emotion", "group")
    named: ClassVar = {"mode": SPLITS, "instead": SPLITS}
    instead: ClassVar = "random"

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
    translated = ("emotion",)

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


class ChangedSinceError(CorpusError):
    """An undo that would take away what was changed after it."""

    template = N_("{clips} of these clips were changed again since; nothing was undone.")
    advice = N_("Look at their history and set the labels you want.")

    def __init__(self, clips: int):
        super().__init__(clips=clips)
