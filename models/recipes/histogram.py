"""A small SVG histogram for a model card."""

from pathlib import Path

import numpy as np

WIDTH, PANEL, BINS = 480, 110, 36


def draw_histograms(path: Path, series: dict[str, np.ndarray]) -> None:
    """One panel below another over a common axis; series are scores by title."""
    everything = np.concatenate(list(series.values()))
    edges = np.linspace(everything.min(), everything.max(), BINS + 1)
    counts = {title: np.histogram(scores, edges)[0] for title, scores in series.items()}
    tallest = max(count.max() for count in counts.values())
    left, bar, room = 10, (WIDTH - 20) / BINS, PANEL - 50
    parts = []
    for panel, (title, count) in enumerate(counts.items()):
        base = panel * PANEL + PANEL - 22
        scores = series[title]
        label = f"{title}: mean {scores.mean():.2f}, standard deviation {scores.std():.2f}"
        parts.append(f'<text x="{left}" y="{base - room - 10}">{label}</text>')
        for n, value in enumerate(count):
            height = room * value / tallest
            parts.append(
                f'<rect x="{left + n * bar:.1f}" y="{base - height:.1f}" '
                f'width="{bar - 1:.1f}" height="{height:.1f}" fill="#4472a8"/>'
            )
        parts.append(f'<path d="M{left} {base}H{WIDTH - 10}" stroke="#888"/>')
        for share in (0, 0.5, 1):
            value = edges[0] + share * (edges[-1] - edges[0])
            anchor = ("start", "middle", "end")[round(2 * share)]
            parts.append(
                f'<text x="{left + share * (WIDTH - 20):.0f}" y="{base + 14}" '
                f'text-anchor="{anchor}">{value:.2f}</text>'
            )
    height = PANEL * len(series)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )
