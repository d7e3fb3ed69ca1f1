"""Every error can be made, says what to do in both languages, and survives a process border."""

import inspect
import pickle
import re
import typing
from collections.abc import Sequence
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import core.errors
from core.errors import MalgyeolError, NotAudioError, SignalTooShortError
from core.i18n import LOCALE_FOLDER, captions

KINDS = [
    kind
    for kind in vars(core.errors).values()
    if isinstance(kind, type) and issubclass(kind, MalgyeolError)
]
HANGUL = re.compile("[가-힣]")


def sample(annotation: object) -> object:
    """A value of a constructor's argument."""
    if typing.get_origin(annotation) is Sequence:
        (inner,) = typing.get_args(annotation)
        return [sample(inner), sample(inner)]
    for kind, value in ((int, 3), (float, 1.5), (str, "abc"), (object, "xyz")):
        if annotation is kind or kind in typing.get_args(annotation):
            return value
    raise NotImplementedError(annotation)  # a new kind of argument: add a sample for it


def made(kind: type[MalgyeolError]) -> MalgyeolError:
    if kind.__init__ is MalgyeolError.__init__:
        return kind()
    hints = typing.get_type_hints(kind.__init__)
    names = list(inspect.signature(kind.__init__).parameters)[1:]
    return kind(**{name: sample(hints[name]) for name in names})


def korean_catalogue() -> dict[str, str]:
    """Every message id with its Korean text, from all parts."""
    texts = {}
    for part in sorted((LOCALE_FOLDER / "ko" / "LC_MESSAGES").glob("*.po")):
        with part.open(encoding="utf-8") as file:
            texts |= {m.id: m.string for m in read_po(file, locale="ko") if m.id and m.string}
    return texts


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_class_is_public():
    assert {kind.__name__ for kind in KINDS} == set(core.errors.__all__)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_says_what_was_found_and_what_to_do(kind):
    error = made(kind)
    for language in ("ko", "en"):
        text = error.describe(captions(language))
        assert "{" not in text
        assert "}" not in text
        assert len(text) > 10
    assert str(error) == error.describe(captions("en"), typed=True)
    assert HANGUL.search(error.describe(captions("ko")))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_survives_pickling(kind):
    error = made(kind)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert copy.values == error.values
    assert str(copy) == str(error)
    for name, value in error.values.items():
        assert getattr(copy, name) == value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_template_and_advice_are_in_the_korean_catalogue(kind):
    catalogue = korean_catalogue()
    for message in (kind.template, kind.advice):
        assert message in catalogue
        assert fields(catalogue[message]) == fields(message)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_values_marked_as_translated_exist(kind):
    error = made(kind)
    assert set(kind.translated) <= set(error.values)


def test_a_value_that_is_a_message_id_is_translated_too():
    error = NotAudioError("clip.wav", "a PNG image")
    assert "a PNG image" in error.describe(captions("en"))
    assert "PNG 그림인 것 같아요" in error.describe(captions("ko"))


def test_every_kind_of_content_is_in_the_korean_catalogue():
    from core.audio import sniff

    kinds = {kind for _, kind in sniff._FOREIGN} | set(sniff._FOREIGN_RIFF.values())
    kinds |= {sniff.NO_SOUND_STREAM, sniff._UNKNOWN, sniff._RAW, sniff._TEXT, sniff._WEB_PAGE}
    assert len(kinds) >= 15
    assert kinds <= set(korean_catalogue())


def test_figures_appear_with_their_units():
    error = SignalTooShortError("1_1_N.wav", 0.2, 0.3)
    assert str(error) == (
        "“1_1_N.wav” lasts 0.20 s; 0.30 s or more needed. Record one whole word or sentence."
    )
    assert "0.20초" in error.describe(captions("ko"))
    assert "최소 0.30초" in error.describe(captions("ko"))
