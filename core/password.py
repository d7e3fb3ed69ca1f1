"""The password of a workspace on a network, as its hash, and the cookies of those who know it.

It is kept in ``access.json`` of the workspace, readable by its owner alone.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass

from core.errors import PasswordMissingError, PasswordTooShortError
from core.files import write_atomically
from core.settings import Workspace

__all__ = ["Access", "read_access", "set_password"]

ACCESS_FILE = "access.json"
MIN_PASSWORD = 8  # characters
_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


@dataclass(frozen=True)
class Access:
    """How a password is known, and the key that signs cookies."""

    salt: bytes
    digest: bytes
    key: bytes

    def is_password(self, tried: str) -> bool:
        """Whether this is the password; takes as long either way.

        Parameters
        ----------
        tried : str

        Returns
        -------
        right : bool
        """
        return hmac.compare_digest(_digest(tried, self.salt), self.digest)

    def cookie(self, until: float) -> str:
        """A cookie that is good until a moment.

        Parameters
        ----------
        until : float
            Seconds since 1970.

        Returns
        -------
        cookie : str
        """
        signed = hmac.new(self.key, str(int(until)).encode(), "sha256").hexdigest()
        return f"{int(until)}.{signed}"

    def is_cookie(self, cookie: str) -> bool:
        """Whether a cookie is ours and still good.

        Parameters
        ----------
        cookie : str

        Returns
        -------
        good : bool
        """
        until, _, _ = cookie.partition(".")
        if not (until.isascii() and until.isdigit() and len(until) < 16):
            return False
        expected = self.cookie(float(until)).encode()
        return hmac.compare_digest(expected, cookie.encode()) and time.time() < int(until)


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT)


def set_password(place: Workspace, password: str) -> Access:
    """Keep a password for a workspace, as its hash; whoever was signed in is signed out.

    Parameters
    ----------
    place : Workspace
    password : str

    Returns
    -------
    access : Access

    Raises
    ------
    PasswordTooShortError
    """
    if len(password) < MIN_PASSWORD:
        raise PasswordTooShortError(len(password), MIN_PASSWORD)
    salt = secrets.token_bytes(16)
    access = Access(salt, _digest(password, salt), secrets.token_bytes(32))
    document = {k: base64.b64encode(v).decode() for k, v in vars(access).items()}
    path = place.made() / ACCESS_FILE
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    write_atomically(path, json.dumps(document).encode())
    path.chmod(0o600)
    return access


def read_access(place: Workspace) -> Access:
    """The password that is set for a workspace.

    Parameters
    ----------
    place : Workspace

    Returns
    -------
    access : Access

    Raises
    ------
    PasswordMissingError
        If there is none, or the file cannot be read: never open by mistake.
    """
    try:
        document = json.loads((place.root / ACCESS_FILE).read_text(encoding="utf-8"))
        values = {k: base64.b64decode(document[k]) for k in ("salt", "digest", "key")}
    except (OSError, ValueError, KeyError, TypeError):
        raise PasswordMissingError from None
    if len(values["key"]) < 32 or len(values["digest"]) != _SCRYPT["dklen"]:
        raise PasswordMissingError
    return Access(**values)
