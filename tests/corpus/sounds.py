"""Sound files for import tests: short tones, each with a content of its own."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from core.audio import encode_wav
from tests.conftest import sine


def wav(number: int, *, duration=0.5) -> bytes:
    """A sound of its own for each number."""
    return encode_wav(sine(200.0 + 10 * number, duration=duration))


def write_clips(folder: Path, *names: str) -> Path:
    """A folder with one tone for each name; names may hold folders."""
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wav(number))
    return folder


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of some files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
