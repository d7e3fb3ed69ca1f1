"""How the names of an import are read: a convention, a table, rules of one's own."""

from collections.abc import Sequence

import streamlit as st

from core.corpus import Catalog
from core.corpus.conventions import CONVENTIONS
from core.corpus.conventions.manifest import FIELDS, columns_of, mapping_with
from core.corpus.import_naming import AUTO
from core.corpus.import_records import ImportPreview
from core.corpus.naming_rules import GROUPS, RulePreview, naming_rule
from core.corpus.naming_rules import preview as preview_rule
from core.emotions import EMOTION_IDS
from core.errors import MalgyeolError, ManifestError
from core.i18n import N_
from pages.parts.frame import Frame, esc_md, guarded
from pages.parts.import_desk import BY_HAND, TABLE, ImportDesk

__all__ = ["choose_corpus_name", "choose_naming", "draw_rules", "explain_labels"]

FIELD_CAPTIONS = {
    "file": N_("File"),
    "sentence": N_("Sentence"),
    "speaker": N_("Voice"),
    "emotion": N_("Emotion"),
    "take": N_("Take"),
    "text": N_("Words"),
}
UNDO_CAPTIONS = {
    "rule": N_("Undo: the last rule"),
    "cell": N_("Undo: what was filled in last"),
    "label": N_("Undo: the meaning of a label"),
}
N_LABELS = 12  # unknown labels that are asked about at once
N_EXAMPLES = 5  # names that a rule is shown on
# Ways of naming that people use, as a start for a rule of one's own.
STARTS = {
    "kim_happy_01": r"^(?P<speaker>[^_/]+)_(?P<emotion>[^_/]+)_(?P<take>\d+)$",
    "happy-03-kim": r"^(?P<emotion>[^-/]+)-(?P<sentence>[^-/]+)-(?P<speaker>[^-/]+)$",
    "kim/happy/…": r"(?P<speaker>[^/]+)/(?P<emotion>[^/]+)/[^/]+$",
}


def choose_corpus_name(page: Frame, catalog: Catalog, desk: ImportDesk) -> str:
    """Draw the choice of where the clips go: a corpus that is there, or a new one.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    desk : ImportDesk

    Returns
    -------
    name : str
    """
    _ = page._
    there = [info.name for info in catalog.corpora() if not info.synthesised]
    names = list(dict.fromkeys([desk.suggested, *there]))
    chosen = st.selectbox(
        _("Into the corpus"),
        names,
        accept_new_options=True,
        key="dataset.import.corpus",
        help=_("Choose one, or type the name of a new one."),
    )
    return chosen or desk.suggested


def choose_naming(page: Frame, desk: ImportDesk) -> None:
    """Draw the choice of naming, and of a table's columns where it is a table.

    Parameters
    ----------
    page : Frame
    desk : ImportDesk
    """
    _, listing = page._, desk.listing
    assert listing is not None
    tables = [TABLE + name for name in listing.beside.tables]
    database = ["audformat"] if listing.beside.database else []
    namings = [*tables, *database, *(c.id for c in CONVENTIONS), BY_HAND]
    if desk.recognised is not None and desk.recognised.id not in {"manifest"}:
        namings.insert(0, AUTO)
    if desk.naming not in namings:
        desk.naming = namings[0] if AUTO in namings else BY_HAND
    st.session_state["dataset.import.naming"] = desk.naming
    st.selectbox(
        _("How the names are read"),
        namings,
        format_func=lambda naming: _naming_caption(page, desk, naming),
        key="dataset.import.naming",
        on_change=guarded(_take_naming),
        args=(desk,),
    )
    _draw_table_upload(page, desk)
    if desk.naming.startswith(TABLE):
        _choose_columns(page, desk)


def _naming_caption(page: Frame, desk: ImportDesk, naming: str) -> str:
    _ = page._
    if naming == AUTO:
        title = desk.recognised.title if desk.recognised else ""
        return _("Recognised: {naming}").format(naming=_(title))
    if naming == BY_HAND:
        return _("By hand or by rule")
    if naming.startswith(TABLE):
        return _("Table {name}").format(name=naming.removeprefix(TABLE))
    if naming == "audformat":
        return _("audformat database (db.yaml)")
    return _(next(c.title for c in CONVENTIONS if c.id == naming))


def _take_naming(desk: ImportDesk) -> None:
    desk.naming, desk.columns = st.session_state["dataset.import.naming"], {}
    desk.version += 1


def _draw_table_upload(page: Frame, desk: ImportDesk) -> None:
    _ = page._
    with st.expander(_("Labels are in a table")):
        st.file_uploader(
            _("CSV or JSON Lines, a row for each clip"),
            type=["csv", "tsv", "jsonl", "ndjson"],
            key="dataset.import.table",
            max_upload_size=20,
            on_change=guarded(_take_table),
            args=(desk,),
        )


def _take_table(desk: ImportDesk) -> None:
    file = st.session_state["dataset.import.table"]
    if file is not None:
        desk.add_table(file.name, file.getvalue())


def _choose_columns(page: Frame, desk: ImportDesk) -> None:
    """Which column is what; guessed, and to be corrected."""
    _ = page._
    columns = columns_of(desk.table_rows())
    try:
        mapping = mapping_with(columns, desk.columns)
    except ManifestError:
        mapping = None
    for field in FIELDS:
        guess = getattr(mapping, field, None) or desk.columns.get(field) or ""
        options = [*columns] if field == "file" and guess else ["", *columns]
        key = f"dataset.import.column.{desk.naming}.{field}"
        st.session_state[key] = guess
        st.selectbox(
            _(FIELD_CAPTIONS[field]),
            options,
            format_func=lambda column: column or "–",
            key=key,
            on_change=guarded(_take_column),
            args=(desk, field, key),
        )


def _take_column(desk: ImportDesk, field: str, key: str) -> None:
    desk.columns = {**desk.columns, field: st.session_state[key]}
    desk.version += 1


def explain_labels(page: Frame, desk: ImportDesk, preview: ImportPreview) -> None:
    """Ask what labels mean that are no emotion known here.

    Parameters
    ----------
    page : Frame
    desk : ImportDesk
    preview : ImportPreview
    """
    _ = page._
    unknown = list(preview.unknown_labels)[:N_LABELS]
    if not unknown and not desk.labels:
        return
    st.markdown(f"**{_('What these labels stand for')}**")
    captions = page.emotion_captions()
    for label in [*desk.labels, *unknown]:
        key = f"dataset.import.label.{label}"
        st.session_state[key] = desk.labels.get(label, "")
        st.selectbox(
            esc_md(f"“{label}”"),
            ["", *EMOTION_IDS],
            format_func=lambda e: captions.get(e, "–"),
            key=key,
            on_change=guarded(_take_label),
            args=(desk, label, key),
        )


def _take_label(desk: ImportDesk, label: str, key: str) -> None:
    labels = {name: meaning for name, meaning in desk.labels.items() if name != label}
    if st.session_state[key]:
        labels[label] = st.session_state[key]
    desk.change("label", labels=labels)


def draw_rules(page: Frame, desk: ImportDesk, preview: ImportPreview) -> None:
    """Draw rules for the names that nothing could read so far, with what they would do.

    Parameters
    ----------
    page : Frame
    desk : ImportDesk
    preview : ImportPreview
    """
    _ = page._
    unread = [row.file for row in preview.rows if row.state == "unparsed"]
    if unread or desk.rules:
        with st.expander(_("Read the rest by a rule"), expanded=len(unread) > 3 and not desk.rules):
            for rule in desk.rules:
                st.code(rule.pattern, language=None, wrap_lines=True)
            if unread:
                _draw_new_rule(page, desk, unread)
    if desk.past:
        caption = _(UNDO_CAPTIONS[desk.past[-1][0]])
        st.button(caption, key="dataset.import.undo", on_click=guarded(desk.undo))


def _draw_new_rule(page: Frame, desk: ImportDesk, unread: Sequence[str]) -> None:
    _ = page._
    st.pills(
        _("Names like"),
        list(STARTS),
        key="dataset.import.start",
        on_change=guarded(_take_start),
    )
    pattern = st.text_input(
        _("Regular expression"),
        key="dataset.import.pattern",
        placeholder=next(iter(STARTS.values())),
        help=_("Named groups say what is what: {groups}").format(groups=", ".join(GROUPS)),
    )
    if not pattern:
        return
    try:
        rule = naming_rule(pattern)
    except MalgyeolError as problem:
        page.note("caution", problem.describe(_))
        return
    tried = preview_rule(rule, unread)
    fitting = [one for one in tried if one.parsed is not None]
    said = _("Fits {n} of {total} names").format(n=len(fitting), total=len(tried))
    st.caption(said)
    if fitting:
        _draw_examples(page, fitting[:N_EXAMPLES])
    st.button(
        _("Apply the rule"),
        key="dataset.import.apply",
        disabled=not fitting,
        on_click=guarded(_apply),
        args=(desk, pattern),
    )


def _draw_examples(page: Frame, examples: Sequence[RulePreview]) -> None:
    _, captions = page._, page.emotion_captions()
    parsed = [one.parsed for one in examples if one.parsed is not None]
    st.dataframe(
        {
            _("File"): [one.name for one in examples],
            _("Sentence"): [p.sentence or "–" for p in parsed],
            _("Voice"): [p.speaker or "–" for p in parsed],
            _("Emotion"): [
                captions[p.emotion] if p.emotion else f"{p.unknown_emotion or ''} ?" for p in parsed
            ],
        },
        hide_index=True,
        key="dataset.import.examples",
    )


def _take_start() -> None:
    chosen = st.session_state["dataset.import.start"]
    if chosen:
        st.session_state["dataset.import.pattern"] = STARTS[chosen]


def _apply(desk: ImportDesk, pattern: str) -> None:
    desk.change("rule", rules=(*desk.rules, naming_rule(pattern)))
    st.session_state["dataset.import.pattern"] = ""
    st.session_state["dataset.import.start"] = None
