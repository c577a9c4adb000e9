"""The permission table, read from its source (services/contracts/permissions.cpp)."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[3]
LINE = re.compile(r'\{"(\w+)",\s*(\w+),\s*"([^"]+)",\s*(\w+)(?:,\s*(true|false))?(?:,\s*"([^"]*)")?\}')


def table():
    """(service, METHOD, pattern, who, open, callers) of each line."""
    text = (ROOT / "services/contracts/permissions.cpp").read_text(encoding="utf-8")
    lines = [(service, method.upper(), pattern, who, opened == "true", callers.split(",") if callers else [])
             for service, method, pattern, who, opened, callers in LINE.findall(text)]
    assert len(lines) == text.count('    {"'), "a line of the table that this test cannot read"
    return lines
