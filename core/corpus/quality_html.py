"""The quality of a corpus as one HTML file: findings and figures, readable without any network."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from string import Template

import numpy as np

from core.corpus.catalog import Catalog
from core.corpus.finding import Finding
from core.corpus.import_reading import Progress
from core.corpus.quality import QualityReport, examine
from core.corpus.records import CorpusInfo
from core.emotions import EMOTION_IDS, caption_ids
from core.i18n import N_, Translate, captions, clip_count
from core.plots import cross_table_figure, measure_figure
from core.plots.theme import FONT_STACK, LIGHT
from core.signal.quality import MEASURES

__all__ = ["REPORT", "examined_html", "quality_html"]

REPORT = "quality.html"  # beside an export

NAMES = 60  # clips that are listed for one finding
SHOWN_MEASURES = ("duration", "loud", "snr")
MAX_VOICES = 60  # rows of the table of voices
SEVERITIES = {"high": N_("look at this first"), "medium": N_("worth a look"), "low": N_("to know")}

_PAGE = Template("""<!doctype html>
<html lang="$language"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>$title</title><style>$style</style><script>$plotly</script></head>
<body><main><header><h1>$title</h1><p class="lead">$lead</p></header>
$facts
<h2>$findings_title</h2>
$findings
<h2>$figures_title</h2>
$figures
<footer>$footer</footer></main></body></html>
""")
_STYLE = f"""
body {{ margin: 0; background: {LIGHT.surface}; color: {LIGHT.ink}; font: 16px/1.6 {FONT_STACK};
  word-break: keep-all; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }}
main {{ max-width: 60rem; margin: 0 auto; padding: 3rem 1.5rem; }}
h1 {{ font-size: 2rem; letter-spacing: -.02em; line-height: 1.25; margin: 0; }}
h2 {{ font-size: 1.25rem; margin: 2.5rem 0 1rem; }}
h3 {{ font-size: 1rem; margin: 2rem 0 .5rem; }}
footer {{ margin-top: 3rem; }}
.lead, footer, .small {{ color: {LIGHT.muted}; }}
.note, .finding {{ border: 1px solid {LIGHT.line}; border-left: 3px solid {LIGHT.muted};
  border-radius: 10px; padding: .75rem 1rem; margin: 0 0 1rem; }}
.high {{ border-left-color: {LIGHT.wrong}; }}
.medium {{ border-left-color: {LIGHT.caution}; }}
.finding p {{ margin: 0 0 .25rem; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; }}
dt {{ color: {LIGHT.muted}; }} dd {{ margin: 0; }}
summary {{ cursor: pointer; color: {LIGHT.accent_text}; }}
ul {{ columns: 16rem; margin: .5rem 0 0; padding: 0 0 0 1.25rem; }}
"""


def quality_html(catalog: Catalog, report: QualityReport, *, language: str) -> str:
    """A report as a page of its own, with everything it needs inside.

    Parameters
    ----------
    catalog : Catalog
        That the report is of.
    report : QualityReport
    language : str
        One of `core.i18n.LANGUAGES`.

    Returns
    -------
    html : str
        About 5 MB, most of it the plotting library. What users wrote is escaped.
    """
    from plotly.offline import get_plotlyjs

    _ = captions(language)
    info = catalog.corpus(report.corpus)
    title = _("Quality of “{title}”").format(title=_(info.title))
    now = datetime.now().astimezone()
    return _PAGE.substitute(
        language=escape(language),
        title=escape(title),
        style=_STYLE,
        plotly=get_plotlyjs(),
        lead=escape(_("Looked at on {day}, {n} clips.").format(
            day=f"{now:%Y-%m-%d %H:%M}", n=f"{len(report.clips):,}"
        )),
        facts=_facts(info, _),
        findings_title=escape(_("What was found, and what to do")),
        findings=_findings(report, _),
        figures_title=escape(_("Figures")),
        figures="".join(_figures(catalog, report, _)),
        footer=escape(
            _("Made by Malgyeol. A label says how a clip was meant or heard, not what was felt.")
        ),
    )  # fmt: skip


def examined_html(
    catalog: Catalog, corpus: str, *, language: str, progress: Progress | None = None
) -> str:
    """Examine a corpus, and give the report as a page of its own.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    language : str
    progress : callable, optional
        Called with clips done, clips in all, and seconds left. An exception of it ends the work.

    Returns
    -------
    html : str

    Raises
    ------
    UnknownCorpusError
        If there is no such corpus.
    """
    tell = progress or (lambda *_: None)
    for item in examine(catalog, corpus):
        if isinstance(item, QualityReport):
            return quality_html(catalog, item, language=language)
        tell(item.done, item.total, item.seconds_left)
    raise AssertionError("an examination ends with its report")


def _facts(info: CorpusInfo, _: Translate) -> str:
    facts = [
        (_("Clips"), f"{info.n_utterances:,}"),
        (_("Voices"), f"{info.n_speakers:,}"),
        (_("Sentences"), f"{info.n_sentences:,}"),
        (_("In all"), _("{minutes:.1f} min").format(minutes=info.duration / 60)),
        (_("Licence"), info.licence),
        (_("Source"), info.citation),
    ]
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts if value
    )
    said = _("Synthesised voices: good for trying things out, not evidence of people.")
    note = f'<p class="note">{escape(said)}</p>' if info.synthesised else ""
    return f"{note}<dl>{rows}</dl>"


def _findings(report: QualityReport, _: Translate) -> str:
    items = [_finding(report, finding, _) for finding in report.findings]
    for error in report.unreadable.values():
        items.append(f'<div class="finding high"><p>{escape(error.describe(_))}</p></div>')
    return "".join(items) or f"<p>{escape(_('Nothing stands out.'))}</p>"


def _finding(report: QualityReport, finding: Finding, _: Translate) -> str:
    message, advice = finding.describe(_)
    names = report.names(finding.clips[:NAMES])
    listed = "".join(f"<li>{escape(name)}</li>" for name in names)
    more = len(finding.clips) - len(names)
    rest = f'<p class="small">{escape(_("and {n} more").format(n=more))}</p>' if more else ""
    caption = escape(clip_count(len(finding.clips), _))
    clips = f"<details><summary>{caption}</summary><ul>{listed}</ul>{rest}</details>"
    return (
        f'<div class="finding {finding.severity}"><p><b>{escape(message)}</b></p>'
        f"<p>{escape(advice)}</p>"
        f'<p class="small">{escape(finding.id)} · {escape(_(SEVERITIES[finding.severity]))}</p>'
        f"{clips if names else ''}</div>"
    )


def _figures(catalog: Catalog, report: QualityReport, _: Translate) -> Iterable[str]:
    names = {i: _(message) for i, message in caption_ids(EMOTION_IDS).items()}
    table = catalog.cross_table(report.corpus, "speaker", "emotion")
    known = [e for e in EMOTION_IDS if e in table.columns]
    if known:
        yield _titled(_("Who speaks how often, by emotion"))
        columns = [table.columns.index(e) for e in known]
        figure = cross_table_figure(
            table.counts[:MAX_VOICES][:, columns],
            rows=[(voice or "–", voice or "–") for voice in table.rows[:MAX_VOICES]],
            emotions=known,
            captions=names,
            translate=_,
        )
        yield _drawn(figure)
    emotions = {u.id: u.emotion for u in catalog.utterances(report.corpus)}
    for measure in SHOWN_MEASURES:
        values: dict[str, list[float]] = {}
        for clip in report.clips:
            emotion_id = emotions.get(clip.id)
            value = getattr(clip.measures, measure, None)
            if emotion_id is not None and value is not None and np.isfinite(value):
                values.setdefault(emotion_id, []).append(float(value))
        if values:
            caption, unit = MEASURES[measure]
            yield _titled(_("{measure}, by emotion").format(measure=_(caption)))
            yield _drawn(measure_figure(values, captions=names, title=_(caption), unit=unit))


def _titled(title: str) -> str:
    return f"<h3>{escape(title)}</h3>"


def _drawn(figure) -> str:
    """A figure as HTML; the library stands in the page's head."""
    from plotly.io import to_html

    config = {"displayModeBar": False, "responsive": True}
    return to_html(figure, config=config, include_plotlyjs=False, full_html=False)
