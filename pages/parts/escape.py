"""Text from outside made harmless: names of files, speakers and models, transcripts."""

import html
import re
import unicodedata

__all__ = ["esc_html", "esc_md", "one_line"]

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:=&@/])")
# Markdown makes links of bare addresses too, after it has read the backslashes. A joiner of no
# width in them leaves what is seen as it is.
_ADDRESS = re.compile(r"(?i)(https?(?=\\:)|www(?=\\\.)|(?=\\@))")
_JOINER = "\u2060"
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}  # controls, bidi marks, broken and private characters


def one_line(text: str) -> str:
    r"""The visible characters of a text, on one line.

    Parameters
    ----------
    text : str
        From anywhere.

    Returns
    -------
    text : str
        Line breaks become spaces; controls and marks that turn the reading direction go.

    Examples
    --------
    >>> one_line("a\nb\u202ec")
    'a bc'
    """
    spaced = re.sub(r"[^\S\u00a0]", " ", text)  # `82 %` is not to be broken
    return "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE)


def esc_md(text: str) -> str:
    r"""A text that Markdown shows letter by letter: no picture is fetched, no link is made.

    Parameters
    ----------
    text : str
        From anywhere.

    Returns
    -------
    text : str
        For ``st.markdown``, captions, labels and options.

    Examples
    --------
    >>> esc_md("![x](a)")
    '\\!\\[x\\]\\(a\\)'
    >>> esc_md("http://a")
    'http\u2060\\:\\/\\/a'
    """
    escaped = _MARKDOWN.sub(r"\\\1", one_line(text))
    return _ADDRESS.sub(rf"\1{_JOINER}", escaped)


def esc_html(text: str) -> str:
    """A text that HTML shows letter by letter.

    Parameters
    ----------
    text : str
        From anywhere.

    Returns
    -------
    text : str
        Safe between tags and inside quoted attributes.

    Examples
    --------
    >>> esc_html('<b a="1">')
    '&lt;b a=&quot;1&quot;&gt;'
    """
    return html.escape(one_line(text), quote=True)
