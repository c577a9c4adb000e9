#!/usr/bin/env python3
"""Writes what follows from other files of the charts, so that it cannot differ from them:

- shop/values.schema.json, from the schema of the custom resource: a key of the values is a key of a Shop's spec;
- the tables of values in the READMEs, from values.yaml and its comments.

    generate.py            writes them
    generate.py --check    says which are out of date, and exits 1
"""
import json
import pathlib
import re
import sys

import yaml

CHARTS = pathlib.Path(__file__).resolve().parent
CRD = CHARTS / "shopkeeper-operator/crds/shop.yaml"
OPERATOR_SCHEMA = CHARTS / "shopkeeper-operator/values.schema.json"

# Set by the chart itself: `image` from global.image, so that one value reaches the operator and the shop; `version` is its tag.
NOT_VALUES = ("image", "version")
KEPT = ("type", "enum", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "maxProperties", "required", "pattern", "description")
NAME_RULE = re.compile(r"^self\.metadata\.name\.(size\(\) <= (?P<length>\d+)|matches\('(?P<pattern>.*)'\))$")
# A rule on a single text is a pattern for those who read schemas only.
MATCHES = re.compile(r"^self\.matches\('(.*)'\)$")


def json_schema(node):
    """A Kubernetes structural schema as JSON schema that refuses unknown keys. Rules between fields stay the API server's."""
    out = {key: node[key] for key in KEPT if key in node}
    for rule in node.get("x-kubernetes-validations", []):
        found = MATCHES.match(rule["rule"])
        if found:
            out["pattern"] = found.group(1).replace("\\\\", "\\")
    if "properties" in node:
        out["additionalProperties"] = False
        out["properties"] = {key: json_schema(child) for key, child in node["properties"].items()}
    elif isinstance(node.get("additionalProperties"), dict):
        out["additionalProperties"] = json_schema(node["additionalProperties"])
    if "items" in node:
        out["items"] = json_schema(node["items"])
    return out


def name_schema(shop):
    """The rules on a Shop's name, for a value that may be empty."""
    out = {"type": "string"}
    for rule in shop["x-kubernetes-validations"]:
        found = NAME_RULE.match(rule["rule"])
        if found and found["length"]:
            out["maxLength"] = int(found["length"])
        elif found:
            out["pattern"] = "^(" + found["pattern"].removeprefix("^").removesuffix("$") + ")?$"
    return out


def shop_schema():
    crd = yaml.safe_load(CRD.read_text())
    shop = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    spec = shop["properties"]["spec"]
    properties = {
        "global": json.loads(OPERATOR_SCHEMA.read_text())["properties"]["global"],
        # Its other keys are checked by the operator's own schema.
        "operator": {"type": "object", "properties": {"enabled": {"type": "boolean"}}},
        "name": {"type": "string", "maxLength": 24, "pattern": "^([a-z]([-a-z0-9]*[a-z0-9])?)?$"},
        "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
    }
    for key, node in spec["properties"].items():
        if key not in NOT_VALUES:
            properties[key] = json_schema(node)
    # An empty map says nothing and is left out of the Shop, so what a filled one must have is not asked of it.
    for key, node in properties.items():
        if node.get("required"):
            properties[key] = {"if": {"minProperties": 1}, "then": {"required": node.pop("required")}, **node}
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "additionalProperties": False, "properties": properties}
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def value_rows(chart):
    """(key, default, meaning) of each value that a `# --` comment describes."""
    path, comment = [], None
    for line in (CHARTS / chart / "values.yaml").read_text().splitlines():
        if found := re.match(r"^\s*# -- (.*)$", line):
            comment = found.group(1)
        elif found := re.match(r"^( *)([A-Za-z]+):\s*(.*)$", line):
            depth = len(found.group(1)) // 2
            path = path[:depth] + [found.group(2)]
            if comment:
                yield ".".join(path), found.group(3), comment
                comment = None


def readme(chart):
    text = (CHARTS / chart / "README.md").read_text()
    rows = ["| key | default | meaning |", "|---|---|---|"]
    for key, default, meaning in value_rows(chart):
        meaning = meaning.replace("|", "\\|")
        rows.append(f"| `{key}` | {f'`{default}`' if default else ''} | {meaning} |")
    head, _, rest = text.partition("<!-- values -->\n")
    _, _, tail = rest.partition("<!-- /values -->\n")
    return head + "<!-- values -->\n" + "\n".join(rows) + "\n<!-- /values -->\n" + tail


def main():
    outputs = {CHARTS / "shop/values.schema.json": shop_schema()}
    for chart in ("shop", "shopkeeper-operator"):
        outputs[CHARTS / chart / "README.md"] = readme(chart)
    stale = [path for path, text in outputs.items() if not path.exists() or path.read_text() != text]
    if sys.argv[1:] == ["--check"]:
        for path in stale:
            print(f"{path.relative_to(CHARTS.parent)} is out of date: run charts/generate.py", file=sys.stderr)
        sys.exit(1 if stale else 0)
    for path in stale:
        path.write_text(outputs[path])
        print(f"wrote {path.relative_to(CHARTS.parent)}")


if __name__ == "__main__":
    main()
