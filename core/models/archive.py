"""The sealed zip around a model: packing it, and what is refused before a byte is trusted.

Conventions
-----------
The zip's comment ends in the SHA-256 of everything before it, so a single bit that changed
anywhere is seen. That guards against accidents; against malice stand the limits here and the
allow-list of `core.models.estimators`. What is refused leaves nothing half-read behind.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping

from core.errors import BrokenBundleError, UnsafeModelError
from core.i18n import N_

__all__ = ["CUT_SHORT", "MAX_BYTES", "pack", "read_npz", "unpack"]

MAX_BYTES = 128 * 2**20
_KB, _MB = 2**10, 2**20

# Largest size of each member, unpacked. A model is of one kind or the other, a network's numbers
# or a pipeline; the last ones are there only where voices are set apart.
MEMBER_LIMITS: dict[str, int] = {
    "manifest.json": 4 * _MB,
    "model.skops": 256 * _MB,
    "model.safetensors": 256 * _MB,
    "passport.ko.md": 256 * _KB,
    "passport.en.md": 256 * _KB,
    "selftest.npz": 16 * _MB,
    "speaker_norm.npz": 16 * _MB,
    "guest.skops": 256 * _MB,
    "guest.npz": 16 * _MB,
}
MODELS = frozenset({"model.skops", "model.safetensors"})
OPTIONAL = frozenset({"speaker_norm.npz", "guest.skops", "guest.npz", *MODELS})

_SEAL = b"malgyeol sha256 "
_DIGEST_LENGTH = 64  # hexadecimal digits
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same content gives the same file

CUT_SHORT = N_("it is cut short or was changed")
_PICKLE = N_("it is a Python pickle, which can run any program when it is opened")
_PICKLE_ARCHIVE = N_("it is an archive of pickles, which can run any program when it is opened")
_COMPRESSED = N_("it is a compressed file, as joblib makes them around a pickle")
_FOREIGN = N_("it is no Malgyeol model")
_STRANGERS = N_("it holds parts that do not belong into a model")
_TOO_LARGE = N_("it is larger than a model can be")
_MISSING = N_("a part of it is missing")

# How the files begin that people take for models.
_KINDS: tuple[tuple[bytes, str], ...] = (
    *((bytes([0x80, protocol]), _PICKLE) for protocol in range(2, 6)),
    (b"cos\n", _PICKLE),
    (b"c__builtin__\n", _PICKLE),
    (b"cbuiltins\n", _PICKLE),
    (b"(dp", _PICKLE),
    (b"(lp", _PICKLE),
    (b"ccopy_reg\n", _PICKLE),
    (b"\x1f\x8b", _COMPRESSED),
    (b"BZh", _COMPRESSED),
    (b"\xfd7zXZ", _COMPRESSED),
    (b"\x04\x22\x4d\x18", _COMPRESSED),
    (b"\x78\x01", _COMPRESSED),
    (b"\x78\x5e", _COMPRESSED),
    (b"\x78\x9c", _COMPRESSED),
    (b"\x78\xda", _COMPRESSED),
)
_PICKLE_SUFFIXES = (".pkl", ".pickle", ".joblib", ".pt", ".pth")


def pack(members: Mapping[str, bytes]) -> bytes:
    """A sealed zip of the members.

    Parameters
    ----------
    members : mapping of str to bytes

    Returns
    -------
    data : bytes
        The same members give the same bytes.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
        archive.comment = _SEAL + b"0" * _DIGEST_LENGTH
    return _sealed(buffer.getvalue()[:-_DIGEST_LENGTH])


def _sealed(body: bytes) -> bytes:
    return body + hashlib.sha256(body).hexdigest().encode()


def unpack(data: bytes, *, name: str) -> dict[str, bytes]:
    """The members of a sealed zip, each within its limit.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name, for messages.

    Returns
    -------
    members : dict of str to bytes

    Raises
    ------
    UnsafeModelError
        If it is something else than a bundle, or holds something that does not belong there.
    BrokenBundleError
        If it is cut short, was changed, or lacks a member.
    """
    _refuse_foreign(data, name)
    body, digest = data[:-_DIGEST_LENGTH], data[-_DIGEST_LENGTH:]
    sealed = body.endswith(_SEAL) and _sealed(body)[-_DIGEST_LENGTH:] == digest
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _refuse_strangers(entries, name, sealed=sealed)
            if not sealed:
                raise BrokenBundleError(name, CUT_SHORT)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise BrokenBundleError(name, CUT_SHORT, repr(error)) from error


def _refuse_foreign(data: bytes, name: str) -> None:
    if len(data) > MAX_BYTES:
        raise UnsafeModelError(name, _TOO_LARGE, f"{len(data)} bytes")
    if data.startswith(b"PK\x03\x04"):
        return
    for start, reason in _KINDS:
        if data.startswith(start):
            raise UnsafeModelError(name, reason)
    raise UnsafeModelError(name, _FOREIGN)


def _refuse_strangers(entries: list[zipfile.ZipInfo], name: str, *, sealed: bool) -> None:
    names = [entry.filename for entry in entries]
    if any(n.lower().endswith(_PICKLE_SUFFIXES) for n in names):
        raise UnsafeModelError(name, _PICKLE_ARCHIVE, ", ".join(names[:10]))
    if not sealed and "manifest.json" not in names:
        raise UnsafeModelError(name, _FOREIGN, ", ".join(names[:10]))
    foreign = not set(names) <= set(MEMBER_LIMITS) or set(names) >= MODELS
    if len(set(names)) < len(names) or foreign:
        raise UnsafeModelError(name, _STRANGERS, ", ".join(names[:10]))
    missing = set(MEMBER_LIMITS) - OPTIONAL - set(names)
    if not MODELS & set(names):
        missing.add("model.skops")
    if missing:
        raise BrokenBundleError(name, _MISSING, ", ".join(sorted(missing)))
    for entry in entries:  # zipfile never reads more than the size that is declared
        if entry.file_size > MEMBER_LIMITS[entry.filename]:
            raise UnsafeModelError(name, _TOO_LARGE, f"{entry.filename}: {entry.file_size} bytes")


def read_npz(data: bytes, *, name: str) -> dict:
    """The arrays of an ``.npz`` file that holds numbers and nothing else.

    Parameters
    ----------
    data : bytes
    name : str
        The bundle's file name, for messages.

    Returns
    -------
    arrays : dict of str to np.ndarray

    Raises
    ------
    BrokenBundleError
        If it cannot be read, or holds anything but plain arrays of numbers.
    """
    import numpy as np

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MEMBER_LIMITS["selftest.npz"]:
                raise ValueError("arrays are too large")
            for entry in entries:
                check_npy(archive.read(entry))
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return {key: arrays[key] for key in arrays.files}
    except Exception as error:  # whatever a crafted file makes zip or NumPy raise
        raise BrokenBundleError(name, CUT_SHORT, repr(error)) from error


def check_npy(data: bytes) -> None:
    """Raise ValueError unless the bytes are one array of numbers of just the declared size.

    NumPy allocates what the header declares before it reads; a crafted one could ask for terabytes.
    """
    import numpy as np

    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in readers:
        raise ValueError(f"NumPy format {version} is not read here")
    shape, _, dtype = readers[version](stream)
    if dtype.kind not in "fiub":
        raise ValueError(f"an array of {dtype} is not an array of numbers")
    n_items = 1
    for length in shape:
        n_items *= length
    if n_items * dtype.itemsize != len(data) - stream.tell():
        raise ValueError(f"an array of shape {shape} does not fit into {len(data)} bytes")
