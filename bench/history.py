"""What was measured, by commit: one JSON line a run in ``bench/history/<subject>.jsonl``."""

import json
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["HISTORY", "compare", "keep", "kept"]

HISTORY = Path(__file__).resolve().parent / "history"


def _commit() -> str:
    command = ["git", "-C", str(HISTORY.parent), "describe", "--always", "--dirty"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def keep(subject: str, figures: dict[str, Any]) -> None:
    """Append one run."""
    HISTORY.mkdir(exist_ok=True)
    record = {
        "commit": _commit(),
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        "python": platform.python_version(),
        **figures,
    }
    with (HISTORY / f"{subject}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")


def kept(subject: str) -> list[dict[str, Any]]:
    """All runs of a subject, the oldest first."""
    file = HISTORY / f"{subject}.jsonl"
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def compare(subject: str, ratios: dict[str, float]) -> list[str]:
    """Lines that set this run's ratios against those of the run before."""
    runs = [run for run in kept(subject) if "ratios" in run]
    if not runs:
        return []
    before = runs[-1]
    return [
        f"{name}: {before['ratios'][name]:.2f} at {before['commit']}, now {value:.2f}"
        for name, value in ratios.items()
        if name in before["ratios"]
    ]
