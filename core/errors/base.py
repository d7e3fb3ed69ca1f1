"""What can be wrong with what we are given: the class that all errors share.

Conventions
-----------
A class carries two gettext message ids: `template` says what was found and what was expected,
`advice` says what to do next. Values are attributes, so a page can translate by class and
attributes (`describe`) and never has to read a message. ``str(error)`` is the English text. What a
spec calls by a key (`named`) is told by its name on a page and by the key where it was typed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from core.i18n import N_, Translate, written
from core.names import SETTINGS, name_of

__all__ = [
    "MalgyeolError",
    "NothingAskedError",
    "UndoNamesError",
    "KnobError",
    "NeedsOptionError",
    "NothingToFuseError",
    "UnknownKnobError",
    "UnknownEmotionError",
    "UnusableSchemeError",
]


class MalgyeolError(Exception):
    """Base of every error that a user can do something about."""

    template: ClassVar[str] = N_("Something could not be done.")
    advice: ClassVar[str] = N_("Try again; the log has the details.")
    translated: ClassVar[tuple[str, ...]] = ()  # values that are message ids themselves
    named: ClassVar[Mapping[str, Mapping[str, Any]]] = {}  # values that are keys of `core.names`

    def __init__(self, **values: Any):
        self.values = values
        for name, value in values.items():
            setattr(self, name, value)
        super().__init__(self.describe(lambda message: message, typed=True))

    def describe(self, translate: Translate, *, typed: bool = False) -> str:
        """What was found and what to do, in the language of ``translate``.

        Parameters
        ----------
        translate : callable
            From message id to caption, as `core.i18n.captions` gives it.
        typed : bool
            Whether settings, features and models are told by the keys that a command line takes,
            and not by the names that the pages show.

        Returns
        -------
        text : str
            Two sentences; plain text, not Markdown.
        """
        names = dict.fromkeys([*self.values, *self.named])
        values = {name: self._told(name, translate, typed) for name in names}
        said = translate(self.template).format(**values)
        return f"{said} {translate(self.advice).format(**values)}".strip()

    def _told(self, name: str, translate: Translate, typed: bool) -> Any:
        """A value as the sentence shows it; several with commas between them."""
        value = getattr(self, name)
        names = self.named.get(name)
        if names is None and name not in self.translated:
            return value
        told = [
            translate(one) if names is None or typed else translate(name_of(one, names))
            for one in (value if isinstance(value, list | tuple) else [value])
            if one
        ]
        return ", ".join(told) or ("–" if isinstance(value, list | tuple) else value)

    def __reduce__(self) -> tuple:
        return (_rebuild, (type(self), self.values))


def _rebuild(kind: type[MalgyeolError], values: dict[str, Any]) -> MalgyeolError:
    """An error after its way through a process border."""
    error = kind.__new__(kind)
    MalgyeolError.__init__(error, **values)
    return error


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


class KnobError(MalgyeolError):
    """A setting outside its range."""

    template = N_("The setting “{knob}” is {found}; {expected} is allowed.")
    advice = N_("Choose a value in this range.")
    translated = ("expected",)
    named: ClassVar = {"knob": SETTINGS}

    def __init__(self, knob: str, found: object, expected: str):
        super().__init__(knob=knob, found=found, expected=expected)

    def _told(self, name: str, translate: Translate, typed: bool) -> Any:
        if name == "found":
            return written(self.values["found"], translate)
        return super()._told(name, translate, typed)


class NothingToFuseError(MalgyeolError):
    """A way to join several feature sets, given with one."""

    template = N_("“{fuse}” joins several feature sets; “{features}” is one.")
    advice = N_("Leave --fuse out, or name several: --features functionals+whisper.")

    def __init__(self, features: str, fuse: str):
        super().__init__(features=features, fuse=fuse)


class NeedsOptionError(MalgyeolError):
    """An option that does nothing without another one."""

    template = N_("{option} does nothing without {other}.")
    advice = N_("Give {other} too, or leave {option} out.")

    def __init__(self, option: str, other: str):
        super().__init__(option=option, other=other)


class UnknownKnobError(MalgyeolError):
    """A setting that does not exist."""

    template = N_("There is no setting “{knob}” here.")
    advice = N_("Use one of: {known}.")
    named: ClassVar = {"knob": SETTINGS, "known": SETTINGS}

    def __init__(self, knob: str, known: Sequence[str]):
        super().__init__(knob=knob, known=list(known))


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
    translated = ("found",)

    def __init__(self, found: Sequence[str]):
        super().__init__(found=list(found))
