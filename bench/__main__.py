"""All benches that need minutes, one after the other: ``make bench``.

Each is a process of its own, so that its peak memory is its own. Longer ones are started by
themselves: ``bench.copies``, ``bench.grid``, ``bench.load``, ``bench.soak``, ``bench.scale``,
``bench.quality``.
"""

import subprocess
import sys

SHORT = ("features", "answers", "training", "startup", "catalog")


def main() -> None:
    """Run them; one that fails does not stop the others."""
    failed = []
    for name in SHORT:
        command = [sys.executable, "-m", f"bench.{name}"]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
