"""Twelve texts that would do something if anybody believed them, and a corpus full of them."""

import hashlib
import io

import soundfile as sf

from core.corpus import Catalog, CorpusFacts
from core.corpus.records import NewUtterance, Recording
from tests.corpora import SR, TONES, tone

ELSEWHERE = "elsewhere.invalid"  # where a believed text would send something

HOSTILE = (
    f"<img src=http://{ELSEWHERE}/1.png onerror=window.__evil=1>",
    "<script>window.__evil=2</script>",
    f"![x](http://{ELSEWHERE}/3.png)",
    f"[click](http://{ELSEWHERE}/4) [js](javascript:window.__evil=4)",
    f"<iframe src=http://{ELSEWHERE}/5 class=evil></iframe>",
    f'"><form class=evil action=http://{ELSEWHERE}/6><input class=evil name=p></form>',
    f"</style><style>*{{background:url(http://{ELSEWHERE}/7)}}</style>",
    "<svg class=evil onload=window.__evil=8><a class=evil>x</a></svg>",
    f"' onmouseover='window.__evil=9' style='background:url(http://{ELSEWHERE}/9)",
    "# head :red[boo] :material/delete: $x^2$ **bold** {0} %(x)s {{7*7}}",
    f"a\u202egpj.exe\u2066<link class=evil rel=stylesheet href=http://{ELSEWHERE}/11>",
    f'=HYPERLINK("http://{ELSEWHERE}/12")\n<b class=evil>x</b>`${{window.__evil=12}}`',
)

LABELS = {"S": "sad", "N": "neutral", "J": "happy", "A": "angry"}
CORPUS = "<b class=evil>![x](http://elsewhere.invalid/c.png)</b>"


def add_hostile_corpus(catalog: Catalog, name: str = CORPUS) -> None:
    """Twelve voices of four emotions each: hostile as file, voice, sentence and words."""
    new = []
    for number, text in enumerate(HOSTILE):
        for code, emotion in LABELS.items():
            file = io.BytesIO()
            y = tone(TONES[code] * (1 + 0.01 * number), seed=number)
            sf.write(file, y, SR, format="WAV")
            data = file.getvalue()
            content = hashlib.sha256(data).hexdigest()
            catalog.store.put(content, "wav", data)
            recording = Recording(content, "wav", len(data), len(y) / SR, SR, 1, "WAV/PCM_16")
            new.append(
                NewUtterance(
                    recording,
                    name=f"{text} {code}",
                    sentence=text,
                    speaker=text,
                    emotion=emotion,
                    sentence_text=text,
                )
            )
    facts = CorpusFacts(title=HOSTILE[0] + HOSTILE[2], licence=HOSTILE[4], citation=HOSTILE[3])
    catalog.add(name, facts, new)
