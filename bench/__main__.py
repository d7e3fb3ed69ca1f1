"""All benches that need minutes, one after the other: ``make bench``.

Each is a process of its own, so that its peak memory is its own. Longer ones are started by
themselves: ``bench.copies``, ``bench.grid``, ``bench.load``, ``bench.soak``, ``bench.scale``,
``bench.quality``.
"""

import subprocess
import sys

SHORT = ("features", "answers", "training", "startup", "catalog")

LEGEND = """\
ours, peer, floor: in the unit that a line names (ms: of a processor; s, p50, p95: by the clock).
peer: another program for the same; peer/ours above 1: ours is quicker. floor: what cannot be
undercut: reading the file, for training one matrix product; ours/floor near 1: nothing left to
gain. ≤, ≥: promised.
before: the same ratio in the last run that was kept. On a busy machine (load: programs that
want a processor) times by the clock mean little; processor time and ratios hardly change."""


def main() -> None:
    """Run them; one that fails does not stop the others."""
    failed = []
    print(LEGEND, flush=True)
    for number, name in enumerate(SHORT, start=1):
        print(f"\n[{number} of {len(SHORT)}] bench.{name}", flush=True)
        command = [sys.executable, "-m", f"bench.{name}"]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
