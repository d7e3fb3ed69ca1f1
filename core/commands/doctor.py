"""``doctor``: what is ready on this machine, what is missing, and how to mend it."""

import shutil
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Literal

import typer

from core.commands.console import caption, print_json, say, user_errors
from core.errors import MalgyeolError
from core.i18n import N_
from core.settings import workspace

__all__ = ["Finding", "examine", "register"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "firefox")
PACKAGES = ("streamlit", "scikit-learn", "numpy", "plotly", "soundfile", "av", "faster-whisper")
MIN_FREE = 2**30  # bytes on the workspace's disk


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    subject: str  # "engine", "model", "workspace", "browser", "package"
    name: str
    state: Literal["ready", "missing"]
    detail: str
    fix: str  # empty when ready


def register(app: typer.Typer) -> None:
    """Add the command to the command line.

    Parameters
    ----------
    app : typer.Typer
    """
    app.command()(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Say what is ready on this machine, and how to mend what is not."""
    with user_errors(as_json=as_json):
        findings = examine()
    if as_json:
        print_json({"python": sys.version.split()[0], "findings": [asdict(f) for f in findings]})
        return
    for finding in findings:
        mark = "✓" if finding.state == "ready" else "✗"
        say(f"{mark} {finding.subject} · {finding.name}: {finding.detail}")
        if finding.fix:
            say(f"    {finding.fix}")


def examine() -> list[Finding]:
    """Everything that a run of the app leans on, looked at without any network.

    Returns
    -------
    findings : list of Finding
        Texts in the language of the command line.
    """
    return [*_packages(), _workspace(), *_models(), *_engines(), _browser()]


def _packages() -> list[Finding]:
    found = []
    for name in PACKAGES:
        try:
            found.append(Finding("package", name, "ready", version(name), ""))
        except PackageNotFoundError:
            fix = caption()(N_("Run `make setup`, or pip install -r requirements.txt."))
            found.append(Finding("package", name, "missing", "–", fix))
    return found


def _workspace() -> Finding:
    _, place = caption(), workspace()
    try:
        from core.corpus import Catalog

        with Catalog(place) as catalog:
            n_corpora = len(catalog.corpora())
        free = shutil.disk_usage(place.root).free
    except (OSError, MalgyeolError) as error:
        fix = _("Choose a folder that you may write to with MALGYEOL_HOME.")
        return Finding("workspace", str(place.root), "missing", str(error), fix)
    detail = _("{n} corpora, {free:.1f} GB free").format(n=n_corpora, free=free / 2**30)
    if free < MIN_FREE:
        fix = _("Make room on this disk, or choose another one with MALGYEOL_HOME.")
        return Finding("workspace", str(place.root), "missing", detail, fix)
    return Finding("workspace", str(place.root), "ready", detail, "")


def _models() -> list[Finding]:
    from core.models import list_models, load_bundle

    _, found = caption(), []
    for entry in list_models():
        try:
            bundle = load_bundle(entry.path)
        except MalgyeolError as error:
            found.append(Finding("model", entry.name, "missing", error.describe(_), ""))
            continue
        found.append(Finding("model", entry.name, "ready", ", ".join(bundle.scheme), ""))
    if not found:
        fix = _("Train one: python -m core train --corpus demo --save first")
        found.append(Finding("model", "–", "missing", _("no model yet"), fix))
    return found


def _engines() -> list[Finding]:
    from core.stt import engines

    _, found = caption(), []
    for engine in engines().values():
        status = engine.status()
        ready = status.state == "ready"
        detail = " ".join(part for part in (_(status.reason), status.detail) if part)
        fix = "" if ready or not status.fix else _(status.fix)
        found.append(Finding("engine", engine.name, "ready" if ready else "missing", detail, fix))
    return found


def _browser() -> Finding:
    _ = caption()
    for name in BROWSERS:
        if path := shutil.which(name):
            return Finding("browser", name, "ready", path, "")
    fix = _("Any current browser will do; tests need Chromium, which `make test` installs.")
    return Finding("browser", "–", "missing", _("none found on the search path"), fix)
