#!/usr/bin/env python3
"""Renders the charts with helm.

    rendering.py --update      writes charts/shop/examples/*/shop.yaml: the Shop that the values.yaml beside it renders to
"""

import pathlib
import subprocess
import sys

from manifests import program

CHARTS = pathlib.Path(__file__).resolve().parents[2] / "charts"
EXAMPLES = sorted(path.parent for path in (CHARTS / "shop/examples").glob("*/values.yaml"))
KUBERNETES = "1.35.0"


def helm(*args):
    """Standard output; an error with what helm says when it fails."""
    done = subprocess.run([program("helm"), *map(str, args)], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if "found symbolic link" not in line]
        raise RuntimeError("\n".join([f"helm {args[0]}:", *lines]))
    return done.stdout


def render(chart, *args):
    """The manifests of a chart's folder, or a package, as text."""
    return helm("template", "shop", CHARTS / chart, "--namespace", "demo", "--kube-version", KUBERNETES, "--include-crds", *args)


def shop_of(example):
    return render("shop", "-f", example / "values.yaml", "--show-only", "templates/shop.yaml")


if __name__ == "__main__":
    if sys.argv[1:] != ["--update"]:
        sys.exit(__doc__)
    for each in EXAMPLES:
        (each / "shop.yaml").write_text(shop_of(each))
