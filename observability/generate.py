#!/usr/bin/env python3
"""Writes dashboards/*.json from panels/*.py, a line per panel.

    generate.py            writes them
    generate.py --check    names those that are out of date, and exits 1
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "charts")]

# pylint: disable=wrong-import-position
import generated  # noqa: E402
from panels import operator, services, shop, stores  # noqa: E402

DASHBOARDS = {"shop": shop, "services": services, "operator": operator, "stores": stores}

if __name__ == "__main__":
    generated.main("observability/generate.py", {
        HERE / "dashboards" / f"{name}.json": generated.compact_json(module.build()) for name, module in DASHBOARDS.items()})
