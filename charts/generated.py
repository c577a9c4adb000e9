"""What the generators of charts/ and observability/ share: JSON in few lines, and `--check`, which fails when a file differs from what its sources say."""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]


def compact_json(value, width=160):
    """JSON with a line for each item of a list and for each object that holds no other object or fits `width`, so that diffs are short."""

    def text(node, indent, is_item):
        line = json.dumps(node, ensure_ascii=False)
        is_flat = isinstance(node, dict) and not any(isinstance(child, dict) for child in node.values())
        if not node or not isinstance(node, (dict, list)) or is_item or is_flat or indent + len(line) <= width:
            return line
        margin = "\n" + " " * indent
        if isinstance(node, list):
            return "[" + ",".join(margin + " " + text(item, indent + 1, True) for item in node) + margin + "]"
        entries = (f"{json.dumps(key, ensure_ascii=False)}: {text(child, indent + 1, False)}" for key, child in node.items())
        return "{" + ",".join(margin + " " + entry for entry in entries) + margin + "}"

    return text(value, 0, False) + "\n"


def main(command, outputs):
    """Writes {path: text}; with `--check` only names the files that differ, and exits 1 if there are any."""
    check = sys.argv[1:] == ["--check"]
    stale = [path for path, text in outputs.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        if check:
            print(f"{path.relative_to(ROOT)} is out of date: run {command}", file=sys.stderr)
        else:
            path.write_text(outputs[path])
            print(f"wrote {path.relative_to(ROOT)}")
    sys.exit(1 if check and stale else 0)
