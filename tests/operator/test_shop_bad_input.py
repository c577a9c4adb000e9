"""Every field of a Shop with values out of its range: refused by the API server, with a message that names the field and says what to write.

The values are derived from the schema of the CRD, the rest of each Shop from the examples of operator/shop/spec/schema_test.cpp, which set
every field. A new field is tested without a change here."""

import copy
import re

import pytest
import yaml
from api import CRD, REPO, Refused, load, shop

NONSENSE = " no; such \tvalue/ "
# Fields that hold any text, and what they are then used for.
FREE = {"services.*.env[].value": "an environment variable's value", "gateway.annotations.*": "an annotation's value"}


def spec_schema():
    return load(CRD)[0]["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]


def examples():
    text = (REPO / "operator/shop/spec/schema_test.cpp").read_text(encoding="utf-8")
    found = re.findall(r'^const Json \w+ = parse_spec\(R"\((.*?)\)"\);', text, re.M | re.S)
    return [yaml.safe_load(each.replace("<<", "\"<<\"")) if "<<" in each else yaml.safe_load(each) for each in found]


def fields(schema, path=()):
    """(path, schema) of every field; "[]" stands for an array's first element."""
    for name, each in schema.get("properties", {}).items():
        yield (*path, name), each
        yield from fields(each, (*path, name))
        if "items" in each:
            yield (*path, name, "[]"), each["items"]
            yield from fields(each["items"], (*path, name, "[]"))


def find(spec, path):
    for step in path:
        if isinstance(spec, list):
            spec = spec[0] if spec else None
        elif isinstance(spec, dict):
            spec = spec.get(step)
        if spec is None:
            return None
    return spec


def put(spec, path, value):
    spec = copy.deepcopy(spec)
    at = find(spec, path[:-1]) if len(path) > 1 else spec
    if isinstance(at, list):
        at[0] = value
    else:
        at[path[-1]] = value
    return spec


def bad_values(schema):
    """Values that the field must refuse: (what they are, value)."""
    kind = schema.get("type")
    yield "another type", 7 if kind in ("string", "object", "array", "boolean") else "seven"
    if kind == "integer":
        yield "below the minimum", schema["minimum"] - 1
        yield "above the maximum", schema["maximum"] + 1
    if kind == "string":
        yield "nonsense", NONSENSE
        if "enum" not in schema:
            yield "too long", "a" * (schema["maxLength"] + 1)
    if kind == "array":
        yield "too many", ["a"] * (schema["maxItems"] + 1)
    if kind == "object" and "properties" in schema:
        yield "an unknown field", {"nonsense": 1}


def dotted(path):
    return ".".join(path).replace(".[]", "[]")


def free(path):
    text = dotted(path)
    return any(re.fullmatch(re.escape(each).replace(r"\*", "[^.]+"), text) for each in FREE)


def refusal(cluster, spec):
    """None when the API server accepts it."""
    try:
        cluster.api.create(shop(spec), cluster.bad_space, "?dryRun=All&fieldValidation=Strict")
        return None
    except Refused as error:
        assert error.code in (400, 422), error
        return str(error)


@pytest.fixture
def bad_space(cluster):
    cluster.bad_space = cluster.namespace(run=False)
    return cluster


def test_the_examples_are_good(bad_space):
    assert len(examples()) >= 2
    for spec in examples():
        assert refusal(bad_space, spec) is None


def test_every_field_out_of_range_is_refused_by_name(bad_space):
    gaps, tried = [], 0
    for path, schema in fields(spec_schema()):
        base = next((each for each in examples() if find(each, path) is not None), None)
        if base is None:
            gaps.append(f"{dotted(path)}: no example of it in schema_test.cpp")
            continue
        for what, value in bad_values(schema):
            if what == "nonsense" and free(path):
                continue
            tried += 1
            said = refusal(bad_space, put(base, path, value))
            name = [step for step in path if step != "[]"][-1]
            if said is None:
                gaps.append(f"{dotted(path)}: {what} is accepted")
            elif name not in said and not (what == "an unknown field" and "nonsense" in said):
                gaps.append(f"{dotted(path)}: {what} is refused without its name: {said}")
            elif what == "nonsense" and "should match" in said and " such as " not in said and " is a" not in said:
                gaps.append(f"{dotted(path)}: nonsense is answered with a regular expression: {said}")
    print(f"{tried} values of {len(list(fields(spec_schema())))} fields")
    assert not gaps, "\n".join(gaps)
    assert tried > 150


def test_every_rule_has_a_message():
    def rules(schema, path=()):
        for each in schema.get("x-kubernetes-validations", []):
            yield dotted(path), each
        for name, each in schema.get("properties", {}).items():
            yield from rules(each, (*path, name))
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict):
                yield from rules(schema[key], (*path, "[]"))
    found = list(rules(spec_schema()))
    assert len(found) > 20
    assert [path for path, each in found if not each.get("message") and not each.get("messageExpression")] == []
