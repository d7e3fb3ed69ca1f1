"""The model passport: a manifest in words, for people who have to decide whether to trust it.

Conventions
-----------
What comes from a manifest may come from a stranger: it is written as plain text, every sign of
Markdown escaped, so that no link, image or heading of theirs can reach a page.
"""

import re
from collections.abc import Iterator
from typing import Any

from core.emotions import EMOTION_IDS, emotion
from core.i18n import N_, Translate, captions, clip_count, percent, written
from core.names import SETTINGS, name_of

__all__ = ["build_passport"]

_FAILURES = 3  # kinds of error that are named
_LEAST_FAILURE = 0.1  # of the clips of an emotion, to be named
_LEAST_CLIPS = 4  # of a voice, to be called the one understood least
TARGET_LANGUAGE = "ko"  # what Malgyeol is made for; a model of another language says so

_NOT_FOR = (
    N_("hiring or judging people at work"),
    N_("grading or watching pupils and students"),
    N_("policing, border control or credit"),
    N_("medical or psychological diagnosis"),
)
_MODEL_NAMES = {
    "mlp": N_("Multilayer perceptron"),
    "svm": N_("Support vector machine"),
    "logreg": N_("Logistic regression"),
    "forest": N_("Forest of decision trees"),
    "vote": N_("Soft vote of logistic regression and support vector machine"),
    "crnn": N_("Network of convolutions and an LSTM (CRNN)"),
    "cnn": N_("Small convolutional network (CNN)"),
    "lstm": N_("Recurrent network (LSTM)"),
    "cnn-original": N_("Original CNN on a 256 × 256 spectrogram"),
}
_FEATURE_NAMES = {
    "original": N_("Original recipe: mean mel power"),
    "logmel": N_("Mel bands in decibels: mean and spread over time"),
    "mfcc": N_("Cepstral coefficients (MFCC): mean and spread over time"),
    "functionals": N_("Functionals of spectrum, cepstrum and prosody"),
    "whisper": N_("Whisper's encoder: mean and spread over time"),
    "stft": N_("Spectrogram, frame by frame"),
    "melspec": N_("Mel bands in decibels, frame by frame"),
    "mfcc-frames": N_("Cepstral coefficients (MFCC), frame by frame"),
}
_FUSE_NAMES = {
    "mean": N_("a model for each, their probabilities averaged"),
    "stack": N_("a model for each, their answers weighed by a regression"),
}


def build_passport(manifest: dict[str, Any], language: str) -> str:
    """The passport of a model, as Markdown.

    Parameters
    ----------
    manifest : dict
        As `core.models.bundle.Bundle.make` makes it; what is missing is left out or named so.
    language : str
        One of `core.i18n.LANGUAGES`.

    Returns
    -------
    markdown : str
        Without HTML, links or images.

    Raises
    ------
    AttributeError, KeyError, TypeError, ValueError
        If a value is of another kind than a manifest has there.
    """
    _ = captions(language)
    title = _("Model passport: {name}").format(name=plain(manifest.get("name", "–")))
    parts = [
        f"# {title}",
        *_warnings(manifest, _, language),
        *_section(_("How well it recognises"), _score_lines(manifest, _, language)),
        *_per_speaker(manifest, _),
        *_section(_("Where it fails"), known_failures(manifest, _)),
        *_section(_("What it learnt from"), _corpus_lines(manifest, _, language)),
        *_section(_("How it was made"), _making_lines(manifest, _)),
        *_section(_("How sure it sounds"), _calibration_lines(manifest, _)),
        *_section(_("Consent"), _consent_lines(manifest, _)),
        *_responsible_use(_),
    ]
    return "\n\n".join(parts) + "\n"


def plain(text: object) -> str:
    r"""Text that Markdown shows as it stands, in the middle of a line.

    Parameters
    ----------
    text : object
        Turned into text; line breaks and control characters become spaces.

    Returns
    -------
    escaped : str

    Examples
    --------
    >>> print(plain("![x](http://a.b/c)"))
    \!\[x\](http\://a.b/c)
    """
    text = "".join(c if c.isprintable() else " " for c in str(text)).strip()
    text = re.sub(r"([\\`*_\[\]<>!|~$:&@^])", r"\\\1", text)
    return re.sub(r"(?i)\b(www)\.", r"\1\\.", text)  # would become a link by itself


def _section(heading: str, lines: Iterator[tuple[str, str]]) -> list[str]:
    table = [f"- **{name}:** {value}" for name, value in lines]
    return [f"## {heading}", "\n".join(table)] if table else []


def _warnings(manifest: dict[str, Any], _: Translate, language: str) -> list[str]:
    corpus, found = manifest.get("corpus") or {}, []
    if corpus.get("synthesised"):
        found.append(_("Learnt from synthesised speech: its scores say little about real voices."))
    spoken = corpus.get("language")
    if spoken and spoken != TARGET_LANGUAGE:
        found.append(
            _("Learnt from {language} speech: nobody has measured it on Korean.").format(
                language=plain(_language_name(spoken, language))
            )
        )
    mind = _("Mind")
    return ["\n>\n".join(f"> **{mind}:** {text}" for text in found)] if found else []


def _score_lines(
    manifest: dict[str, Any], _: Translate, language: str
) -> Iterator[tuple[str, str]]:
    metrics = manifest.get("metrics") or {}
    if "uar" not in metrics:
        yield _("Score"), _("never measured on held-out clips")
        return
    low, high = metrics["uar_interval"]
    yield (
        _("UAR on held-out clips"),
        _("{uar} (95 % interval {low} to {high}); guessing would give {chance}").format(
            uar=_score(metrics["uar"]),
            low=_score(low),
            high=_score(high),
            chance=_score(metrics.get("chance", 1 / max(len(manifest["scheme"]), 1))),
        ),
    )
    protocol = manifest.get("protocol") or manifest.get("split")
    if isinstance(protocol, dict):
        protocol = protocol.get(language) or protocol.get("en")
    if protocol:
        yield _("Protocol"), plain(protocol)
    if "accuracy" in metrics:
        yield _("Accuracy"), _score(metrics["accuracy"])
    if metrics.get("speaker_only_accuracy") is not None:
        yield (
            _("Accuracy from knowing only who speaks"),
            _score(metrics["speaker_only_accuracy"]),
        )
    if metrics.get("known_voice"):
        yield _("UAR on voices that it knows"), _score(metrics["known_voice"]["uar"])
    if metrics.get("validation_uar") is not None:
        yield _("UAR on the clips it was stopped by"), _score(metrics["validation_uar"])
    if "n" in metrics:
        yield _("Held-out clips"), f"{int(metrics['n']):,}"


def _per_speaker(manifest: dict[str, Any], _: Translate) -> list[str]:
    rows = (manifest.get("metrics") or {}).get("per_speaker") or []
    if not rows:
        return []
    names = " | ".join([_("Speaker"), _("Clips"), "UAR", _("Accuracy")])
    head = f"| {names} |\n| --- | --: | --: | --: |"
    body = [
        f"| {plain(r['speaker'])} | {int(r['n'])} | {_score(r['uar'])} | {_score(r['accuracy'])} |"
        for r in rows
    ]
    return ["### " + _("Speaker by speaker"), "\n".join([head, *body])]


def known_failures(manifest: dict[str, Any], _: Translate) -> Iterator[tuple[str, str]]:
    """What a model gets wrong most, from its held-out clips.

    Parameters
    ----------
    manifest : dict
    _ : callable
        From message id to caption.

    Yields
    ------
    line : (str, str)
        What fails, and how often.
    """
    metrics, scheme = manifest.get("metrics") or {}, manifest.get("scheme") or ()
    matrix = metrics.get("confusion") or []
    pairs = []
    for i, row in enumerate(matrix):
        total = sum(row)
        pairs += [(n / total, i, j) for j, n in enumerate(row) if j != i and total and n]
    for share, i, j in sorted(pairs, reverse=True)[:_FAILURES]:
        if share >= _LEAST_FAILURE:
            meant, heard = (_(emotion(scheme[k]).caption) for k in (i, j))
            yield (
                _("{meant} taken for {heard}").format(meant=meant, heard=heard),
                _("{share} of the clips").format(share=percent(share)),
            )
    speakers = [s for s in metrics.get("per_speaker") or [] if s["n"] >= _LEAST_CLIPS]
    if len(speakers) > 1:
        worst = min(speakers, key=lambda s: s["uar"])
        yield (
            _("Voice that it understands least"),
            f"{plain(worst['speaker'])} (UAR {_score(worst['uar'])})",
        )


def _consent_lines(manifest: dict[str, Any], _: Translate) -> Iterator[tuple[str, str]]:
    """Who agreed that a model learns from their voice, as far as it was noted."""
    consent = manifest.get("consent") or {}
    if not consent:
        yield _("Speakers who agreed"), _("not noted")
        return
    yield (
        _("Speakers who agreed"),
        _("{agreed} of {n} when the model was made").format(
            agreed=int(consent["agreed"]), n=int(consent["n_speakers"])
        ),
    )


def _corpus_lines(
    manifest: dict[str, Any], _: Translate, language: str
) -> Iterator[tuple[str, str]]:
    corpus = manifest.get("corpus") or {}
    if corpus.get("title") or corpus.get("name"):
        yield _("Corpus"), plain(_(str(corpus.get("title") or corpus["name"])))
    known = [e for e in manifest.get("scheme", ()) if e in EMOTION_IDS]
    yield _("Emotions"), ", ".join(_(emotion(e).caption) for e in known)
    counts = [
        clip_count(int(corpus["n_utterances"]), _) if "n_utterances" in corpus else "",
        _("{n} speakers").format(n=int(corpus["n_speakers"])) if "n_speakers" in corpus else "",
        _("{n} sentences").format(n=int(corpus["n_sentences"])) if "n_sentences" in corpus else "",
    ]
    if any(counts):
        yield _("Size"), " · ".join(c for c in counts if c)
    of_each = corpus.get("emotions") or {}
    if of_each:
        shown = [f"{_(emotion(e).caption)} {int(of_each.get(e, 0))}" for e in known]
        yield _("Clips of each emotion"), ", ".join(shown)
    if corpus.get("language"):
        yield _("Language"), plain(_language_name(corpus["language"], language))
    yield _("Licence"), plain(corpus.get("licence") or _("not stated"))
    if corpus.get("citation"):
        yield _("Please cite"), plain(corpus["citation"])
    if manifest.get("snapshot"):
        yield _("Data snapshot"), f"`{re.sub(r'[^0-9A-Za-z-]', '', str(manifest['snapshot']))}`"


def _making_lines(manifest: dict[str, Any], _: Translate) -> Iterator[tuple[str, str]]:
    experiment = manifest.get("experiment") or {}
    model, features = manifest.get("model") or {}, manifest.get("features") or {}
    yield _("Model"), _named(model, _MODEL_NAMES, _)
    yield _("Features"), _features(features, _)
    if "class_weight" in experiment:
        yield (
            _("Rare emotions weigh as much as frequent ones"),
            _yes_no(experiment["class_weight"], _),
        )
    yield _("Voices are normalised one by one"), _yes_no(manifest.get("speaker_norm"), _)
    guest = manifest.get("guest")
    if isinstance(guest, dict) and "uar" in guest:
        yield (
            _("UAR on voices that it has got to know"),
            _("{uar}, all clips of the voice known").format(uar=_score(guest["uar"])),
        )
    if "split" in experiment and not (manifest.get("protocol") or manifest.get("split")):
        yield _("Split"), _settings(_split_of(experiment["split"]), _)
    if "seed" in experiment:
        yield _("Seed"), str(int(experiment["seed"]))
    if manifest.get("created"):
        yield _("Made on"), plain(manifest["created"]).replace("T", " ").replace("+00:00", " UTC")
    versions = {"Malgyeol": manifest.get("app_version", "?"), **(manifest.get("versions") or {})}
    yield _("Versions"), ", ".join(f"{plain(n)} {plain(v)}" for n, v in versions.items())


def _calibration_lines(manifest: dict[str, Any], _: Translate) -> Iterator[tuple[str, str]]:
    calibration = manifest.get("calibration") or {}
    if not calibration:
        return
    yield (
        _("Gap between confidence and truth (ECE)"),
        percent(float(calibration["ece"]), 1),
    )
    yield _("Temperature"), f"{float(calibration['temperature']):.2f}"
    if float(calibration.get("ceiling", 1)) < 1:
        yield _("Is never surer than"), percent(float(calibration["ceiling"]), 1)
    yield (
        _("Says “not sure” below"),
        percent(float(calibration["threshold"])),
    )


def _responsible_use(_: Translate) -> list[str]:
    meant = _(
        "It is made for demonstrations, teaching and research with people who agreed to it. It"
        " names the emotion that a voice acts or seems to carry, not what a person feels."
    )
    limits = _("Some laws forbid recognising emotions at work and in schools.")
    return [
        "## " + _("What it is for, and what not"),
        meant,
        _("Not for:") + "\n\n" + "\n".join(f"- {_(use)}" for use in _NOT_FOR),
        limits,
    ]


def _named(spec: dict[str, Any], names: dict[str, str], _: Translate) -> str:
    kind = spec.get("kind")
    caption = _(names[kind]) if kind in names else plain(kind or "–")
    settings = _settings(spec, _)
    return f"{caption} ({settings})" if settings else caption


def _features(spec: dict[str, Any], _: Translate) -> str:
    parts = spec.get("parts")
    if not parts:
        return _named(spec, _FEATURE_NAMES, _)
    joined = _(_FUSE_NAMES[spec["fuse"]]) if spec.get("fuse") in _FUSE_NAMES else ""
    return f"{' + '.join(_named(part, _FEATURE_NAMES, _) for part in parts)}; {joined}"


def _settings(spec: dict[str, Any], _: Translate) -> str:
    """The settings of a model, features or a split, by the names that the pages give them."""
    told = [(_(name_of(k, SETTINGS)), written(v, _)) for k, v in spec.items() if k != "kind"]
    return " · ".join(f"{plain(name)} {plain(value)}" for name, value in told)


def _split_of(split: dict[str, Any]) -> dict[str, Any]:
    """What counts of a split: the number of folds, or the three parts and their sizes."""
    unused = ("n_folds",) if split.get("three_way") else ("test_share", "validation_share")
    return {k: v for k, v in split.items() if k not in unused and v is not False}


def _yes_no(value: object, _: Translate) -> str:
    return _("yes") if value else _("no")


def _score(value: float) -> str:
    return f"{float(value):.2f}"


def _language_name(code: str, language: str) -> str:
    """A language in the words of another; its code where nobody knows it."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code.replace("-", "_")).get_language_name(language) or code
    except (UnknownLocaleError, ValueError):
        return code
