"""Where things lie on disk, and the environment that says so."""

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "REPOSITORY",
    "Workspace",
    "workspace",
    "shipped_models",
    "demo_folder",
    "default_language",
    "worker_idle",
    "decodes_apart",
    "lan_hosts",
    "dask_address",
]


REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Workspace:
    """Where everything lies that the team makes; see ``docs/architecture.md``."""

    root: Path
    models: Path

    def made(self) -> Path:
        """The root, made where it is not there: for its owner alone, as voices are personal.

        Returns
        -------
        root : Path
        """
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.root

    @property
    def catalog(self) -> Path:
        """The SQLite catalog."""
        return self.root / "catalog.db"

    @property
    def audio(self) -> Path:
        """Original bytes, named by SHA-256."""
        return self.root / "audio"

    @property
    def cache(self) -> Path:
        """Derived and disposable."""
        return self.root / "cache"

    @property
    def runs(self) -> Path:
        """One folder a run."""
        return self.root / "runs"

    @property
    def logs(self) -> Path:
        """Rotating logs."""
        return self.root / "logs"


def workspace() -> Workspace:
    """The workspace in force: ``MALGYEOL_HOME``, else ``data/workspace``.

    Returns
    -------
    workspace : Workspace
        Its folders may not exist yet.
    """
    home = os.environ.get("MALGYEOL_HOME")
    if home:
        root = Path(home).expanduser().resolve()
        return Workspace(root=root, models=root / "models")
    return Workspace(root=REPOSITORY / "data" / "workspace", models=REPOSITORY / "models")


def shipped_models() -> Path:
    """The folder of the models that come with Malgyeol."""
    return REPOSITORY / "models" / "shipped"


def demo_folder() -> Path:
    """The folder of the synthesised demo corpus."""
    return REPOSITORY / "data" / "demo"


def default_language() -> str:
    """The language a first visitor sees: ``MALGYEOL_LANGUAGE``, else Korean."""
    from core.i18n import DEFAULT_LANGUAGE, LANGUAGES

    asked = os.environ.get("MALGYEOL_LANGUAGE", DEFAULT_LANGUAGE)
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def worker_idle() -> float:
    """How long the training worker waits for work before it ends, in seconds.

    Returns
    -------
    seconds : float
        ``MALGYEOL_WORKER_IDLE``, else 15 minutes.
    """
    return float(os.environ.get("MALGYEOL_WORKER_IDLE", "900"))


def decodes_apart() -> bool:
    """Whether files from outside are decoded in processes of their own.

    Returns
    -------
    apart : bool
        True, unless ``MALGYEOL_DECODE`` is ``here``.
    """
    return os.environ.get("MALGYEOL_DECODE", "apart") != "here"


def lan_hosts() -> tuple[str, ...]:
    """Names of this machine on its network, for the gate; see `core.commands.serve`.

    Returns
    -------
    names : tuple of str
        ``MALGYEOL_LAN_HOSTS``, separated by commas.
    """
    names = os.environ.get("MALGYEOL_LAN_HOSTS", "").split(",")
    return tuple(name.strip().lower() for name in names if name.strip())


def dask_address() -> str | None:
    """The scheduler of the Dask cluster that work is spread over; see `core.cluster`.

    Returns
    -------
    address : str or None
        ``MALGYEOL_DASK``, such as ``tcp://10.0.0.5:8786``.
    """
    return os.environ.get("MALGYEOL_DASK") or None
