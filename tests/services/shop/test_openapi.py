"""The descriptions are whole and valid, and the page that shows them is all our own."""

import json
import re
import subprocess

import pytest
from lib.rules import table
from lib.shop import SERVICES
from lib.venv import venv

METHODS = ("get", "put", "post", "patch", "delete")
VALIDATOR = ["openapi-spec-validator==0.7.2"]
NOT_ROUTED = "/openapi.yaml"
ABOUT_THE_DESCRIPTION = ("/api/openapi.json", "/api/docs", "/api/docs/{file}", NOT_ROUTED)


@pytest.fixture(scope="module")
def whole(shop):
    answer = shop.get("/api/openapi.json")
    assert answer.status == 200 and answer.headers["content-type"] == "application/json"
    return answer.json()


def operations(document):
    return {(method.upper(), path): operation for path, item in document["paths"].items()
            for method, operation in item.items() if method in METHODS}


RULES = {(method, pattern): (who, opened) for _, method, pattern, who, opened, _ in table()
         if who != "Caller" and pattern not in ABOUT_THE_DESCRIPTION}


def test_every_route_is_described_and_nothing_else(whole):
    described = {each for each in operations(whole) if each[1] not in ABOUT_THE_DESCRIPTION}
    assert described == set(RULES), {"not described": set(RULES) - described, "not there": described - set(RULES)}


def test_security_is_as_the_permission_table_says(whole):
    for route, operation in operations(whole).items():
        if route not in RULES:
            continue
        who, opened = RULES[route]
        ways = operation["security"]
        anonymous = not ways or {} in ways
        assert anonymous == (who == "Anyone" or opened), route
        if who != "Anyone":
            assert {"bearer": []} in ways, route


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_serves_its_own(shop, service):
    answer = shop.services[service].api.get("/openapi.yaml")
    assert answer.status == 200 and answer.headers["content-type"] == "application/yaml"
    assert answer.text.startswith("openapi: 3.1")


def test_the_joined_description_is_valid_openapi(whole, tmp_path):
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    done = subprocess.run([str(venv("openapi", VALIDATOR) / "openapi-spec-validator"), str(file)],
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# Their bodies hold a token or a password of somebody's, or a provider's signature.
NOT_FROM_THE_PAGE = re.compile("/api/auth/(login|logout|refresh|verify-email$|password)|/api/payments/webhook")


def test_examples_of_the_docs_page_are_well_formed(shop_factory):
    """Sent as it stands, to the first of each kind: done, or refused for how things are, never for how it is written."""
    shop = shop_factory()
    admin = shop.token(1, "admin")
    shop.post("/api/products/1/reviews", {"rating": 1}, token=admin)
    shop.request("PUT", "/api/cart/lines/5", {"quantity": 1}, token=admin)
    sent = 0
    for (method, path), operation in operations(shop.get("/api/openapi.json").json()).items():
        for kind, media in operation.get("requestBody", {}).get("content", {}).items():
            if "example" not in media or NOT_FROM_THE_PAGE.match(path):
                continue
            body = media["example"]
            answer = shop.request(method, re.sub("{[a-z_]+}", "1", path), body if isinstance(body, str) else json.dumps(body),
                                  token=admin, headers={"Content-Type": kind})
            assert answer.status < 400 or answer.status in (404, 409), (method, path, body, answer.text)
            sent += 1
    assert sent >= 20


def test_the_docs_page_loads_nothing_from_other_hosts(shop):
    page = shop.get("/api/docs")
    assert page.status == 200 and page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    texts = [page.text]
    seen = set()
    while wanted := {path for text in texts for path in re.findall(r"['\"](/api/docs/[\w.]+)['\"]", text)} - seen:
        for path in wanted:
            asset = shop.get(path)
            assert asset.status == 200, path
            assert asset.headers["x-content-type-options"] == "nosniff"
            texts.append(asset.text)
        seen |= wanted
    assert len(seen) == 4
    for text in texts:
        assert not re.search(r"(src|href|url|from|fetch)\s*[=(:]?\s*['\"(]?(https?:)?//", text)
        assert "innerHTML" not in text and "eval(" not in text
    assert shop.get("/api/docs/../../etc/passwd").status in (400, 404)
    assert shop.get("/api/docs/nothing.js").status == 404
