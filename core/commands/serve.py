"""``serve``: the app on this machine alone, or, behind a password, for a team on one network."""

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from core.commands.console import caption, say, user_errors
from core.errors import NeedsOptionError
from core.i18n import N_
from core.settings import REPOSITORY, workspace

__all__ = ["register"]

CONNECTIONS = 65_536  # with files, at most

OPEN = N_("Open on the network: {address} (password needed).")
MICROPHONE = N_(
    "Browsers give the microphone to https or this machine only; see --certificate and --key."
)


def register(app: typer.Typer) -> None:
    """Add the command to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(serve)


def serve(
    lan: Annotated[bool, typer.Option("--lan", help="Open it to the network.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65_535)] = 8501,
    host: Annotated[list[str] | None, typer.Option(help="Another name of this machine.")] = None,
    address: Annotated[str, typer.Option(help="With --lan: where to listen.")] = "0.0.0.0",  # noqa: S104 - asked for by --lan
    new_password: Annotated[bool, typer.Option("--set-password")] = False,
    certificate: Annotated[Path | None, typer.Option(help="For https.", exists=True)] = None,
    key: Annotated[Path | None, typer.Option(help="For https.", exists=True)] = None,
) -> None:
    """Start the app: for this machine alone, unless --lan is given."""
    environment = {k: v for k, v in os.environ.items() if k != "MALGYEOL_PASSWORD"}
    options = ["--server.port", str(port)]
    if not lan:
        command = ["streamlit_app.py", *options, "--server.address", "127.0.0.1"]
    else:
        with user_errors(as_json=False):
            _check_pair(certificate, key)
            _make_access(ask=new_password)
        names = own_names(host or ())
        environment["MALGYEOL_LAN_HOSTS"] = ",".join(names)
        # The gate has its own list of hosts, for every request and not for live ones alone.
        options += ["--server.address", address, "--server.allowedHosts", "*"]
        if secure := certificate is not None:
            options += ["--server.sslCertFile", str(certificate), "--server.sslKeyFile", str(key)]
        else:
            say(caption()(MICROPHONE))
        scheme = "https" if secure else "http"
        say(caption()(OPEN).format(address=f"{scheme}://{names[0]}:{port}"))
        command = ["pages/parts/lan_app.py", *options]
        _allow_many_connections()
    run = [sys.executable, "-m", "streamlit", "run", *command]
    raise typer.Exit(subprocess.call(run, cwd=REPOSITORY, env=environment))


def _allow_many_connections() -> None:
    """As many open connections as the system lets its owner have: some may only be held open."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and (hard == resource.RLIM_INFINITY or soft < hard):
        most = CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, CONNECTIONS)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def _check_pair(certificate: Path | None, key: Path | None) -> None:
    """Refuse one without the other: the app would be open to all who listen on the way."""
    if certificate is None and key is not None:
        raise NeedsOptionError("--key", "--certificate")
    if key is None and certificate is not None:
        raise NeedsOptionError("--certificate", "--key")


def _make_access(*, ask: bool) -> None:
    """See to it that there is a password: asked for, from the environment, or set before."""
    from core.password import read_access, set_password

    given = os.environ.get("MALGYEOL_PASSWORD")
    if ask:
        given = typer.prompt(caption()(N_("Password")), hide_input=True, confirmation_prompt=True)
    if given:
        set_password(workspace(), given)
    read_access(workspace())


def own_names(more: list[str] | tuple[str, ...] = ()) -> list[str]:
    """Names under which this machine may be asked for on its network.

    Parameters
    ----------
    more : sequence of str

    Returns
    -------
    names : list of str
    """
    name = socket.gethostname().lower()
    short = name.split(".")[0]
    return list(dict.fromkeys([*(m.lower() for m in more), name, short, f"{short}.local"]))
