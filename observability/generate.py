#!/usr/bin/env python3
"""Writes dashboards/*.json from panels/*.py.

    generate.py            writes them
    generate.py --check    says which are out of date, and exits 1
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from panels import operator, services, shop, stores  # noqa: E402  pylint: disable=wrong-import-position

DASHBOARDS = {"shop": shop, "services": services, "operator": operator, "stores": stores}


def outputs():
    """{path: text} of all that is generated."""
    return {HERE / "dashboards" / f"{name}.json": json.dumps(module.build(), indent=1, ensure_ascii=False) + "\n"
            for name, module in DASHBOARDS.items()}


def main():
    stale = [path for path, text in outputs().items() if not path.exists() or path.read_text() != text]
    for path in stale:
        if sys.argv[1:] == ["--check"]:
            print(f"{path.relative_to(HERE.parent)} is out of date: run observability/generate.py", file=sys.stderr)
        else:
            path.write_text(outputs()[path])
            print(f"wrote {path.relative_to(HERE.parent)}")
    sys.exit(1 if stale and sys.argv[1:] == ["--check"] else 0)


if __name__ == "__main__":
    main()
