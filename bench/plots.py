"""Pictures of a soak and of the scaling runs, as SVG that needs nothing to be seen."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.history import kept

__all__ = ["plot_scale", "plot_soak"]

WIDTH, HEIGHT, LEFT, TOP = 320, 150, 60, 34
INK, LINE, GRID = "#1E2430", "#1F5D4C", "#DCD6CA"


def _panel(
    at: tuple[int, int],
    title: str,
    x: Sequence[float],
    series: dict[str, Sequence[float]],
    unit: str,
) -> str:
    """One small chart with its axes from zero."""
    left, top = at
    high = max((max(values) for values in series.values()), default=1.0) * 1.1 or 1.0
    far = max(x) or 1.0
    colours = (LINE, "#C8862A", "#3F6FB5", "#B5524A", "#7A6AB0")
    out = [f'<g transform="translate({left},{top})"><text y="-10" font-weight="600">{title}</text>']
    out.append(f'<path d="M0 0V{HEIGHT}H{WIDTH}" fill="none" stroke="{INK}"/>')
    for share in (0.5, 1.0):
        y = HEIGHT * (1 - share / 1.1)
        out.append(f'<path d="M0 {y:.1f}H{WIDTH}" stroke="{GRID}"/>')
        said = f"{high / 1.1 * share:.4g}{unit}"
        out.append(f'<text x="-6" y="{y + 4:.1f}" text-anchor="end">{said}</text>')
    for share in (0.0, 0.5, 1.0):
        out.append(
            f'<text x="{WIDTH * share:.0f}" y="{HEIGHT + 16}" text-anchor="middle">'
            f"{far * share:,.4g}</text>"
        )
    for number, (name, values) in enumerate(series.items()):
        points = " ".join(
            f"{WIDTH * a / far:.1f},{HEIGHT * (1 - b / high):.1f}"
            for a, b in zip(x, values, strict=True)
        )
        colour = colours[number % len(colours)]
        out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if len(series) > 1:
            out.append(f'<text x="8" y="{12 + 14 * number}" fill="{colour}">{name}</text>')
    return "".join([*out, "</g>"])


def _page(panels: list[str], columns: int = 2) -> str:
    rows = -(-len(panels) // columns)
    width, height = columns * (WIDTH + LEFT + 30), rows * (HEIGHT + TOP + 34)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="11" fill="{INK}">'
        f'<rect width="100%" height="100%" fill="#FAF8F4"/>{"".join(panels)}</svg>\n'
    )


def _place(number: int, columns: int = 2) -> tuple[int, int]:
    row, column = divmod(number, columns)
    return LEFT + column * (WIDTH + LEFT + 30), TOP + row * (HEIGHT + TOP + 34)


def plot_soak(rows: Sequence[dict[str, Any]], target: Path) -> None:
    """Memory, files, threads and database over minutes; as many points as can be told apart."""
    rows = rows[:: max(1, len(rows) // WIDTH)]
    minutes = [row["minutes"] for row in rows]
    wanted = {
        "Memory of the server": ("rss_mb", " MB"),
        "Open files": ("files", ""),
        "Threads": ("threads", ""),
        "Database": ("database_mb", " MB"),
    }
    panels = [
        _panel(_place(i), f"{title}, over minutes", minutes, {n: [r[n] for r in rows]}, unit)
        for i, (title, (n, unit)) in enumerate(wanted.items())
    ]
    target.write_text(_page(panels), encoding="utf-8")


def plot_scale(target: Path) -> None:
    """Processor time and memory over the number of clips, from the newest run of each size."""
    newest = {run["clips"]: run["steps"] for run in kept("scale")}
    sizes = sorted(newest)
    steps = [s for s in newest[sizes[0]] if all(s in newest[n] for n in sizes)]
    panels = []
    for number, step in enumerate(steps):
        cpu = [newest[n][step]["cpu"] for n in sizes]
        panels.append(_panel(_place(number), f"{step}: processor time", sizes, {step: cpu}, " s"))
    peak = [max(newest[n][s]["peak_mb"] for s in steps) for n in sizes]
    panels.append(_panel(_place(len(steps)), "Peak memory", sizes, {"peak": peak}, " MB"))
    target.write_text(_page(panels), encoding="utf-8")
