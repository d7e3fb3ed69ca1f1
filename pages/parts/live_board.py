"""The live board as HTML: level, rolling picture, the utterance under way, the timeline."""

from base64 import b64encode

from core.emotions import emotion
from core.inference import HeardSegment
from core.inference.stream import LiveState
from pages.parts.escape import esc_html
from pages.parts.frame import Frame
from pages.parts.verdict import bars_html, verdict_html, words_html

__all__ = ["board_html", "last_html"]

FLOOR = -60.0  # dBFS, the left end of the meter
SHOWN = 60.0  # s of the scrolling timeline


def last_html(page: Frame, state: LiveState) -> str:
    """The latest utterance, its words beside its emotion; or the one under way.

    Parameters
    ----------
    page : Frame
    state : LiveState

    Returns
    -------
    html : str
    """
    from pages.parts.heard import HEARD

    _ = page._
    if not state.timeline.segments:
        words = words_html(state.interim or _("Speak; the words appear here."), muted=True)
        feeling = words_html(_("And the emotion here."), muted=True)
        return f'<div class="mg-pair">{words}{feeling}</div>'
    last = state.timeline.segments[-1]
    heard = f"{_(HEARD[last.prediction.emotion])} · {last.prediction.confidence:.0%}"
    sure = last.prediction.sure
    said = heard if sure else _("I'm not sure")
    note = "" if sure else _("Closest: {answer}").format(answer=heard)
    verdict = verdict_html(last.prediction.emotion, said, note, sure=sure)
    return f'<div class="mg-pair">{_words(page, last, state)}{verdict}</div>'


def _words(page: Frame, last: HeardSegment, state: LiveState) -> str:
    _ = page._
    if last.words_error is not None:
        return words_html(last.words_error.describe(_), muted=True)
    if last.transcript is None:
        waits = (
            _("Writing it down…")
            if state.waiting
            else _("No words: nobody was asked to write them")
        )
        return words_html(waits, muted=True)
    if not last.text.strip():
        return words_html(_("Speech, but no words could be made out"), muted=True)
    return words_html(last.text, doubtful=last.transcript.low_confidence)


def board_html(
    page: Frame,
    state: LiveState,
    *,
    picture: bytes,
    covered: float,
    span: float,
    lost: float,
    waiting: float,
) -> str:
    """Level, picture, the utterance under way and the timeline.

    Parameters
    ----------
    page : Frame
    state : LiveState
    picture : bytes
        PNG of the latest sound.
    covered : float
        How much sound is in it, in s.
    span : float
        What its whole width stands for, in s.
    lost : float
        Share of the sound that did not come through.
    waiting : float
        Sound that is not heard yet, in s.

    Returns
    -------
    html : str
    """
    parts = [
        _level(page, state),
        _picture(page, picture, state.time, covered, span),
        _under_way(page, state),
        _timeline(page, state),
        _facts(page, state, lost, waiting),
    ]
    return f'<div class="mg-live">{"".join(parts)}</div>'


def _level(page: Frame, state: LiveState) -> str:
    _ = page._
    share = min(1.0, max(0.0, (state.level - FLOOR) / -FLOOR))
    said = _("speaking") if state.speaking else _("quiet")
    name = _("Level (dBFS)")
    return (
        f'<div class="mg-live-level"><span>{esc_html(name)}</span>'
        f'<i style="--share:{share:.3f}"></i><b>{max(FLOOR, state.level):.0f}</b>'
        f'<em class="{"on" if state.speaking else ""}">{esc_html(said)}</em></div>'
    )


def _picture(page: Frame, picture: bytes, ends: float, covered: float, span: float) -> str:
    _ = page._
    width = min(1.0, covered / span)
    image = ""
    if picture:
        source = f"data:image/png;base64,{b64encode(picture).decode()}"
        alt = esc_html(_("Spectrogram"))
        image = f'<img alt="{alt}" src="{source}" style="width:{width:.1%}">'
    left = _("{seconds:.0f} s ago").format(seconds=span)
    return (
        f'<div class="mg-live-picture">{image}</div>'
        f'<div class="mg-live-axis"><span>{esc_html(left)}</span>'
        f"<span>{esc_html(_('Frequency (Hz)'))} 0–8,000</span>"
        f"<span>{ends:.1f} s</span></div>"
    )


def _under_way(page: Frame, state: LiveState) -> str:
    _ = page._
    if state.proba is None:
        said = _("Listening…") if state.speaking else _("Waiting for a voice")
        return f'<p class="mg-live-now">{esc_html(said)}</p>'
    captions = page.emotion_captions()
    said = _("So far: {emotion}").format(emotion=captions[state.emotion or ""])
    bars = bars_html(state.proba, captions, threshold=0.0, below="", best=state.emotion, small=True)
    return f'<p class="mg-live-now">{esc_html(said)}</p>{bars}'


def _timeline(page: Frame, state: LiveState) -> str:
    """The last minute, its right edge being now."""
    captions, boxes = page.emotion_captions(), []
    begins = max(0.0, state.time - SHOWN)
    for segment in state.timeline.segments:
        if segment.end <= begins:
            continue
        heard = segment.prediction
        left = (max(segment.start, begins) - begins) / SHOWN
        width = (segment.end - max(segment.start, begins)) / SHOWN
        kind = "" if heard.sure else " unsure"
        text = segment.text or captions[heard.emotion]
        boxes.append(
            f'<span class="mg-live-box{kind}" title="{esc_html(text)}" style="left:{left:.2%};'
            f'width:{width:.2%};--fill:{emotion(heard.emotion).color}">{esc_html(text)}</span>'
        )
    if state.since is not None:
        left = (max(state.since, begins) - begins) / SHOWN
        width = max(0.0, (state.time - begins) / SHOWN - left)
        boxes.append(
            f'<span class="mg-live-box now" style="left:{left:.2%};width:{width:.2%}"></span>'
        )
    return f'<div class="mg-live-line">{"".join(boxes)}</div>'


def _facts(page: Frame, state: LiveState, lost: float, waiting: float) -> str:
    _ = page._
    facts = [
        _("{n} utterances").format(n=len(state.timeline.segments)),
        _("{seconds:.0f} s heard").format(seconds=state.time),
        _("{share:.1%} of the sound lost").format(share=lost),
    ]
    if waiting > 1:
        facts.append(_("{seconds:.1f} s behind").format(seconds=waiting))
    if state.dropped:
        facts.append(_("words left out {n} times").format(n=state.dropped))
    return f'<p class="mg-small">{esc_html(" · ".join(facts))}</p>'
