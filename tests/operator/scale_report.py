"""The figures of scale.py as the table of operator/README.md and as a plot."""

import pathlib
import re

REPO = pathlib.Path(__file__).resolve().parents[2]
README, PLOT = REPO / "operator/README.md", REPO / "operator/scale.svg"
BEGIN, END = "<!-- figures: tests/operator/scale.py -->", "<!-- end of figures -->"

ROWS = [
    ("RSS when all are ready, at most so far (MiB)", lambda f: f"{f['rss_ready_mib']:.1f}, {f['rss_peak_mib']:.1f}"),
    ("RSS at rest (MiB)", lambda f: f"{f['rss_rest_mib']:.1f}"),
    ("RSS after a restart, at most so far (MiB)", lambda f: f"{f['rss_restart_mib']:.1f}, {f['rss_restart_peak_mib']:.1f}"),
    ("all reconciled once, all ready (s)", lambda f: f"{f['first_reconciled_s']:.1f}, {f['all_ready_s']:.1f}"),
    ("the first ready (s)", lambda f: f"{f['first_ready_s']:.1f}"),
    ("processor seconds until then", lambda f: f"{f['cpu_s']:.1f}"),
    ("passes per Shop until then", lambda f: f"{f['passes'] / f['shops']:.1f}"),
    ("processor time per pass (ms)", lambda f: f"{f['cpu_per_pass_ms']:.1f}"),
    ("a pass, p50 and p99 (s)", lambda f: f"{f['reconcile_p50_s']:.3f}, {f['reconcile_p99_s']:.3f}"),
    ("requests per Shop until then", lambda f: f"{f['requests_per_shop']:.0f}"),
    ("requests per minute at rest, of them not of the Lease", lambda f: f"{f['requests_per_minute_at_rest']:.0f}, "
                                                                       f"{f['other_than_lease_and_watch_at_rest']}"),
    ("changed field to changed Deployment, p50 and p99 (s)", lambda f: f"{f['change_p50_s']:.2f}, {f['change_p99_s']:.2f}"),
    ("deleted Service to its successor, p50 and p99 (s)", lambda f: f"{f['deletion_p50_s']:.2f}, {f['deletion_p99_s']:.2f}"),
    ("restart: all looked at again (s), processor seconds", lambda f: f"{f['restart_s']:.1f}, {f['restart_cpu_s']:.1f}"),
    ("threads, sockets", lambda f: f"{f['threads']}, {f['sockets']}"),
]


def table(figures):
    lines = ["| Shops | " + " | ".join(f"{f['shops']:,}" for f in figures) + " |", "|---|" + "---|" * len(figures)]
    return "\n".join(lines + [f"| {name} | " + " | ".join(cell(f) for f in figures) + " |" for name, cell in ROWS])


def plot(figures):
    """Memory by number of Shops: two lines and the limit of 100 MiB, as SVG."""
    width, height, left, bottom, top = 640, 320, 60, 280, 30
    most = max(f["shops"] for f in figures)
    scale = max(110.0, max(f["rss_restart_peak_mib"] for f in figures) * 1.1)

    def at(shops, mib):
        return f"{left + (width - left - 20) * shops / most:.1f},{bottom - (bottom - top) * mib / scale:.1f}"
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" fill="white"/>',
             f'<text x="{left}" y="18">Memory of the operator (MiB) by number of Shops</text>']
    for mib in range(0, int(scale) + 1, 20):
        x1, y = at(0, mib).split(",")
        parts.append(f'<line x1="{x1}" y1="{y}" x2="{width - 20}" y2="{y}" stroke="#ddd"/>'
                     f'<text x="{left - 8}" y="{float(y) + 4:.1f}" text-anchor="end">{mib}</text>')
    for shops in sorted({0, most, *(f["shops"] for f in figures if f["shops"] >= most / 10)}):
        parts.append(f'<text x="{at(shops, 0).split(",")[0]}" y="{bottom + 18}" text-anchor="middle">{shops:,}</text>')
    for number, (key, name, colour) in enumerate([("rss_ready_mib", "when all are ready", "#1f77b4"),
                                                  ("rss_restart_mib", "after a restart", "#d62728"),
                                                  ("rss_restart_peak_mib", "at most during a restart", "#ff9896")]):
        points = " ".join(at(f["shops"], f[key]) for f in figures)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
                     f'<text x="{left + 14}" y="{top + 20 + 16 * number}" fill="{colour}">{name}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"


def write_report(figures):
    figures = sorted(figures, key=lambda f: f["shops"])
    text = README.read_text(encoding="utf-8")
    block = f"{BEGIN}\n{table(figures)}\n\n![Memory by number of Shops](scale.svg)\n{END}"
    assert BEGIN in text and END in text, "operator/README.md has lost the marks between which the figures stand"
    README.write_text(re.sub(re.escape(BEGIN) + ".*" + re.escape(END), lambda _: block, text, flags=re.S), encoding="utf-8")
    PLOT.write_text(plot(figures), encoding="utf-8")
