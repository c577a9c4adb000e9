#!/usr/bin/env python3
"""Writes what follows from other sources: the comments of a chart's values.yaml, the schema of the custom resource, the operator's rules.

- shopkeeper-operator: values.schema.json and the table of values in README.md, from values.yaml.
- shop: the same, and the parts of values.yaml between `# <...>` and `# </...>`: `global` is that of the operator's chart, and
  the keys of a Shop's spec are those of the custom resource. templates/_stores.tpl has the versions of k8s/images/stores.env.
- operator/README.md: the table of permissions, from the rules in shopkeeper-operator/templates/rbac.yaml.

In values.yaml `# -- text` describes the key below it, and `# @schema {...}` adds keywords of JSON schema to it. The type follows from
the value; a map with described keys refuses other keys unless its schema says otherwise.

    generate.py            writes them
    generate.py --check    names those that are out of date, and exits 1
"""
import pathlib
import re
import sys

import yaml

import generated

CHARTS = pathlib.Path(__file__).resolve().parent
CRD = CHARTS / "shopkeeper-operator/crds/shop.yaml"
STORES = CHARTS.parent / "k8s/images/stores.env"
# The chart sets these itself: `image` from global.image, so that one value reaches the operator and the shop; `version` is its tag.
NOT_VALUES = ("image", "version")
JSON_TYPES = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object"}
KEPT = ("type", "enum", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "maxProperties", "required", "pattern", "description")
NAME_RULE = re.compile(r"^self\.metadata\.name\.(size\(\) <= (?P<length>\d+)|matches\('\^(?P<pattern>.*)\$'\))$")
MATCHES = re.compile(r"^self\.matches\('(.*)'\)$")


class Values:
    """A values.yaml: `tree`, and by path the `meaning` and `schema` that its comments give and the `default` as it is written."""

    def __init__(self, text):
        self.tree = yaml.safe_load(text)
        self.meaning, self.schema, self.default = {}, {}, {}
        path, meaning, schema = (), None, None
        for line in text.splitlines():
            if found := re.match(r"^\s*# -- (.*)$", line):
                meaning = found.group(1)
            elif found := re.match(r"^\s*# @schema (.*)$", line):
                schema = yaml.safe_load(found.group(1))
            elif found := re.match(r"^( *)([A-Za-z]+):\s*(.*)$", line):
                path = (*path[:len(found.group(1)) // 2], found.group(2))
                self.default[path] = found.group(3)
                if meaning:
                    self.meaning[path] = meaning
                if schema:
                    self.schema[path] = schema
                meaning = schema = None

    def json_schema(self, path=()):
        value = self.tree
        for key in path:
            value = value[key]
        out = {"type": JSON_TYPES[type(value)]}
        if path in self.meaning:
            out["description"] = self.meaning[path]
        children = [each for each in self.default if each[:-1] == path and each]
        if children and path not in self.meaning:
            out["additionalProperties"] = False
            out["properties"] = {child[-1]: self.json_schema(child) for child in children}
        elif path not in self.meaning:
            sys.exit(f"{'.'.join(path)} has no `# --` comment")
        return out | self.schema.get(path, {})

    def table(self):
        rows = ["| key | default | meaning |", "|---|---|---|"]
        for path, meaning in self.meaning.items():
            default = f"`{self.default[path]}`" if self.default[path] else ""
            meaning = meaning.replace("|", "\\|")
            rows.append(f"| `{'.'.join(path)}` | {default} | {meaning} |")
        return "\n".join(rows)


def crd_json_schema(node, places, at):
    """A Kubernetes structural schema as JSON schema that refuses unknown keys. Rules between fields stay the API server's.
    `places` has where each object is already, so that one that is used again (by a YAML alias) is a reference to that."""
    if "properties" in node and places.setdefault(id(node), at) != at:
        return {"$ref": places[id(node)]}
    out = {key: node[key] for key in KEPT if key in node}
    for rule in node.get("x-kubernetes-validations", []):
        if found := MATCHES.match(rule["rule"]):
            out["pattern"] = found.group(1).replace("\\\\", "\\")
    if "properties" in node:
        out["additionalProperties"] = False
        out["properties"] = {key: crd_json_schema(child, places, f"{at}/properties/{key}") for key, child in node["properties"].items()}
    elif isinstance(node.get("additionalProperties"), dict):
        out["additionalProperties"] = crd_json_schema(node["additionalProperties"], places, f"{at}/additionalProperties")
    if "items" in node:
        out["items"] = crd_json_schema(node["items"], places, f"{at}/items")
    return out


def name_schema(shop):
    """The rules on a Shop's name, for a value that may be empty."""
    out = {}
    for rule in shop["x-kubernetes-validations"]:
        found = NAME_RULE.match(rule["rule"])
        if found["length"]:
            out["maxLength"] = int(found["length"])
        else:
            out["pattern"] = f"^({found['pattern']})?$"
    return out


def key_list(node, depth=2):
    """The keys of an object and, `depth` levels down, of the objects in it; those with the same content together."""
    same = {}
    for key, child in node.get("properties", {}).items():
        same.setdefault(id(child) if "properties" in child else key, []).append(key)
    parts = []
    for keys in same.values():
        below = key_list(node["properties"][keys[0]], depth - 1) if depth > 1 else ""
        parts.append(", ".join(f"`{key}`" for key in keys) + (f" ({'each: ' if len(keys) > 1 else ''}{below})" if below else ""))
    return ", ".join(parts)


def spec_values(spec):
    """The keys of a Shop's spec as lines of values.yaml. A map is empty, which leaves its default to the API server."""
    for key, node in spec.items():
        keys = key_list(node)
        yield f"# -- {node['description']}" + (f" Keys: {keys}." if keys else "")
        default = {} if node["type"] == "object" else node["default"]
        yield f"{key}: {yaml.safe_dump(default, default_flow_style=True).removesuffix(chr(10)).removesuffix(chr(10) + '...')}"


def replaced(text, begin, end, body):
    head, _, rest = text.partition(begin + "\n")
    _, _, tail = rest.partition(end + "\n")
    return f"{head}{begin}\n{body}\n{end}\n{tail}"


def shop_chart(operator_text):
    """values.yaml of charts/shop, and its schema."""
    shop = yaml.safe_load(CRD.read_text())["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    spec = {key: node for key, node in shop["properties"]["spec"]["properties"].items() if key not in NOT_VALUES}
    text = (CHARTS / "shop/values.yaml").read_text()
    text = replaced(text, "# <global>", "# </global>", re.search(r"^# @schema.*\nglobal:\n(?:[ ].*\n)+", operator_text, re.M).group().rstrip("\n"))
    text = replaced(text, "# <spec>", "# </spec>", "\n".join(spec_values(spec)))
    values = Values(text)
    schema = values.json_schema()
    schema["properties"]["name"] |= name_schema(shop)
    places = {}
    for key, node in spec.items():
        out = crd_json_schema(node, places, f"#/properties/{key}")
        # An empty map is left out of the Shop, so only a filled one must have the required keys.
        if required := out.pop("required", None):
            out = {"if": {"minProperties": 1}, "then": {"required": required}, **out}
        schema["properties"][key] = out
    return values, text, schema


def store_templates():
    """`include "shop.postgresVersion"` and so on: the tags of the store images."""
    versions = re.findall(r"^([A-Z]+)_VERSION=(\S+)$", STORES.read_text(), re.M)
    lines = [f'{{{{- define "shop.{name.lower()}Version" -}}}}{version}{{{{- end -}}}}' for name, version in versions]
    return "{{- /* Generated by charts/generate.py from k8s/images/stores.env. */ -}}\n" + "\n".join(lines) + "\n"


def permissions_table():
    """The operator's rules as a table."""
    text = (CHARTS / "shopkeeper-operator/templates/rbac.yaml").read_text()
    rules = yaml.safe_load(re.search(r'define "operator.rules" }}\n(rules:\n.*?)\{\{- end }}', text, re.S).group(1))["rules"]
    rows = ["| group | resources | verbs |", "|---|---|---|"]
    for rule in rules:
        group = f"`{rule['apiGroups'][0]}`" if rule["apiGroups"][0] else "(core)"
        resources = ", ".join(f"`{each}`" for each in rule["resources"])
        rows.append(f"| {group} | {resources} | {', '.join(rule['verbs'])} |")
    return "\n".join(rows)


def outputs():
    operator_text = (CHARTS / "shopkeeper-operator/values.yaml").read_text()
    operator_values = Values(operator_text)
    operator_schema = operator_values.json_schema()
    operator_schema["properties"]["enabled"] = {"type": "boolean", "description": "The condition of the dependency in charts/shop."}
    shop_values, shop_text, shop_schema = shop_chart(operator_text)
    out = {CHARTS / "shop/values.yaml": shop_text, CHARTS / "shop/templates/_stores.tpl": store_templates()}
    readme = CHARTS.parent / "operator/README.md"
    out[readme] = replaced(readme.read_text(), "<!-- rules -->", "<!-- /rules -->", permissions_table())
    for chart, values, schema in (("shopkeeper-operator", operator_values, operator_schema), ("shop", shop_values, shop_schema)):
        readme = CHARTS / chart / "README.md"
        out[readme] = replaced(readme.read_text(), "<!-- values -->", "<!-- /values -->", values.table())
        draft = {"$schema": "http://json-schema.org/draft-07/schema#"}
        out[CHARTS / chart / "values.schema.json"] = generated.compact_json(draft | schema)
    return out


if __name__ == "__main__":
    generated.main("charts/generate.py", outputs())
