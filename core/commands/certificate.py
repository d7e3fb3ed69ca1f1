"""``certificate``: what a team needs so that browsers on its network give the microphone.

A browser hands the microphone only to HTTPS addresses and to the machine itself. The certificate
is made here, for this machine's names and addresses, and signed by nobody else: each browser asks
once whether to trust it.
"""

import datetime
import ipaddress
import socket
from pathlib import Path
from typing import Annotated

import typer

from core.commands.console import caption, say
from core.commands.serve import own_names
from core.errors import PasswordMissingError
from core.files import write_atomically
from core.i18n import N_
from core.settings import workspace

__all__ = ["own_addresses", "register", "self_signed"]

DAYS = 397  # browsers refuse longer ones
NAME = "Malgyeol"
MADE = N_("The certificate is in {folder}, for {names}, until {until}.")
NEXT = N_("Start the app with it:")
TRUST = N_("The first visit of a browser warns: the certificate is your own. Open it all the same.")


def register(app: typer.Typer) -> None:
    """Add the command to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(certificate)


def certificate(
    host: Annotated[list[str] | None, typer.Option(help="Another name of this machine.")] = None,
    days: Annotated[int, typer.Option(min=1, max=DAYS)] = DAYS,
) -> None:
    """Make a certificate for https on the team's network; docs/live.md has the whole way."""
    _ = caption()
    names, addresses = ["localhost", *own_names(host or ())], own_addresses()
    key, made, until = self_signed(names, addresses, days=days)
    folder = workspace().root / "https"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    files = {"key": folder / "key.pem", "certificate": folder / "certificate.pem"}
    write_atomically(files["key"], key)
    files["key"].chmod(0o600)
    write_atomically(files["certificate"], made)
    said = ", ".join([*names, *addresses])
    say(_(MADE).format(folder=folder, names=said, until=f"{until:%Y-%m-%d}"))
    say(_(NEXT))
    say(
        f"  python -m core serve --lan{'' if _has_password() else ' --set-password'}"
        f" --certificate {_quoted(files['certificate'])} --key {_quoted(files['key'])}"
    )
    say(_(TRUST))


def _has_password() -> bool:
    from core.password import read_access

    try:
        read_access(workspace())
    except PasswordMissingError:
        return False
    return True


def _quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)


def own_addresses() -> list[str]:
    """Addresses of this machine on its networks, the loopback ones first.

    Returns
    -------
    addresses : list of str
    """
    found = ["127.0.0.1", "::1"]
    for family, target in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((target, 9))  # sends nothing: the system only picks a way out
                found.append(probe.getsockname()[0])
        except OSError:
            continue
    return list(dict.fromkeys(found))


def self_signed(
    names: list[str], addresses: list[str], *, days: int = DAYS
) -> tuple[bytes, bytes, datetime.datetime]:
    """A fresh key and a certificate that it signs itself.

    Parameters
    ----------
    names : list of str
        Host names.
    addresses : list of str
        IP addresses.
    days : int
        How long it is good.

    Returns
    -------
    key, certificate : bytes
        PEM.
    until : datetime.datetime
        When it ends, UTC.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    until = now + datetime.timedelta(days=days)
    known: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    known += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName(known), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return secret, made.public_bytes(pem), until
