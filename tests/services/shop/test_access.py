"""Who may call what: every line of the permission table (services/contracts/permissions.cpp) tried on the running services, with
every kind of caller, in both modes of access."""

import base64
import json
import re
import time

import pytest
from lib.client import problem
from lib.keys import Keys
from lib.rules import table
from lib.shop import SERVICES

BY_RANK = {"anonymous": 0, "customer": 1, "staff": 2, "admin": 3}
NEEDED = {"Anyone": 0, "Customer": 1, "Staff": 2, "Admin": 3}
PUBLIC = [line for line in table() if line[3] != "Caller"]
INTERNAL = [line for line in table() if line[3] == "Caller"]


@pytest.fixture(scope="module", params=["Open", "Authenticated"])
def shop(request, running_shop):
    """Both kinds of shop, with sample data."""
    with running_shop(access=request.param) as made:
        yield made


def path_of(pattern):
    """A path that the pattern takes: Alice's, who is user 1 and has order 1."""
    return re.sub(r"\{[^}]+\}", "1", pattern)


def ask(client, method, pattern):
    """POST with a body that changes nothing, because it lacks everything. Of a stream only its head."""
    body = {} if method in ("POST", "PUT", "PATCH") else None
    return client.request(method, path_of(pattern), body, head_only=pattern.endswith("/events"))


def refused(answer):
    return answer.status in (401, 403)


def name(line):
    return " ".join(line[:3])


def test_the_permission_table_covers_the_short_paths():
    opened = {(method, pattern) for _, method, pattern, _, opened, _ in PUBLIC if opened}
    assert opened == {("GET", "/users/{id}"), ("POST", "/users"), ("GET", "/products"), ("GET", "/products/{id}"),
                      ("GET", "/orders/{id}"), ("POST", "/orders")}


@pytest.mark.parametrize("line", PUBLIC, ids=name)
def test_each_public_route_lets_in_whom_it_should(shop, line):
    service, method, pattern, who, opened, _ = line
    api = shop.services[service].api
    for caller, rank in BY_RANK.items():
        client = api.bearer(shop.token(1, caller)) if rank else api
        answer = ask(client, method, pattern)
        allowed = rank >= NEEDED[who] or (opened and shop.access == "Open")
        # Log-in and its kin answer 422 to an empty body: they are past the gate, too.
        assert refused(answer) != allowed, (caller, answer.status, answer.text)
        assert answer.status != 405 and not (answer.status == 404 and answer.json().get("title") == "Not found"), \
            "a rule for a route that is not there"
        if not allowed:
            problem(answer, 403 if rank else 401)
            assert rank or answer.headers["www-authenticate"].startswith("Bearer")


def bad_tokens(shop):
    keys, now = shop.keys, int(time.time())
    good = keys.access_token(1, "admin")
    head, payload, signature = good.split(".")

    def b64(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
    claims = {"iss": "shopkeeper", "aud": "shopkeeper", "sub": "1", "role": "admin", "sid": "x", "exp": now + 900}
    return {
        "forged": Keys(shop.folder / "forger").access_token(1, "admin"),
        "expired": keys.access_token(1, "admin", lifetime=-3600),
        "not yet": keys.access_token(1, "admin", nbf=now + 3600),
        "wrong audience": keys.access_token(1, "admin", aud="other"),
        "wrong issuer": keys.access_token(1, "admin", iss="other"),
        "no expiry": keys.access.sign({k: v for k, v in claims.items() if k != "exp"}),
        "by RSA": keys.cluster.sign(claims), "cut short": good[:-4],
        "alg none": f'{b64({"alg": "none", "kid": "access-1"})}.{payload}.',
        "alg HS256": keys.access.sign(claims, {"alg": "HS256"}),
        "kid of nobody": keys.access.sign(claims, {"kid": "../../etc/passwd"}),
        "no kid": keys.access.sign(claims, {"kid": None}),
        "crit": keys.access.sign(claims, {"crit": ["x"], "x": 1}),
        "other claims": f'{head}.{b64({**claims, "sub": "2"})}.{signature}',
        "no signature": f"{head}.{payload}.",
        "one more part": good + ".x",
        "padded": good + "=",
        "oversize": keys.access_token(1, "admin", pad="x" * 9000),
        "strange role": keys.access_token(1, "owner"),
        "strange subject": keys.access_token("1 or 1=1", "admin"),
        "of a service": keys.service_token("order"),
        "nothing": "", "words": "let me in", "dots": "..",
    }


def test_bad_tokens_are_401_alike_on_every_route(shop):
    tokens = bad_tokens(shop)
    seen = set()
    for number, line in enumerate(PUBLIC):
        service, method, pattern = line[:3]
        # All of them on the first route of each service, the most telling ones everywhere.
        first = number == 0 or PUBLIC[number - 1][0] != service
        for kind in tokens if first else ("forged", "expired", "alg none"):
            answer = ask(shop.services[service].api.bearer(tokens[kind]), method, pattern)
            assert answer.status == 401, (kind, name(line), answer.text)
            seen.add((answer.text, answer.headers["www-authenticate"], answer.headers["content-type"]))
    assert len(seen) == 1, "whatever is wrong with a token, the answer is the same"


def test_only_a_bearer_header_authenticates(shop):
    api, token = shop.user.api, shop.token(1)
    for value, status in [(f"bearer {token}", 200), (f"BEARER {token}", 200), (f"Bearer  {token}", 200), (token, 401),
                          (f"Basic {token}", 401), (f"Bearer,{token}", 401), ("Bearer", 401), (f"Bearer {token} x", 401)]:
        assert api.get("/api/customers/me", headers={"Authorization": value}).status == status, value[:12]
    assert api.get(f"/api/customers/me?access_token={token}").status == 401
    assert api.get("/api/customers/me", headers={"Cookie": f"access_token={token}"}).status == 401


@pytest.mark.parametrize("line", INTERNAL, ids=name)
def test_each_internal_route_lets_in_its_callers_only(shop, line):
    service, method, pattern, _, _, callers = line
    ops, keys = shop.services[service].ops, shop.keys
    for caller in SERVICES:
        answer = ask(shop.internal(service, caller), method, pattern)
        assert refused(answer) == (caller not in callers), (caller, answer.status, answer.text)
        assert not (answer.status == 404 and answer.json().get("title") == "Not found"), "a rule without a route"
    strangers = {
        "nobody": ops,
        "a customer": ops.bearer(keys.access_token(1)), "an admin": ops.bearer(keys.access_token(1, "admin")),
        "another cluster's": ops.bearer(Keys(shop.folder / "forger").service_token(callers[0])),
        "an expired": ops.bearer(keys.service_token(callers[0], lifetime=-3600)),
        "for another audience": ops.bearer(keys.service_token(callers[0], aud=["https://kubernetes.default.svc"])),
        "of another issuer": ops.bearer(keys.service_token(callers[0], iss="https://elsewhere")),
        "a node": ops.bearer(keys.service_token(callers[0], sub=f"system:node:shop-{callers[0]}")),
    }
    for who, client in strangers.items():
        assert ask(client, method, pattern).status == 401, who
    for subject in (f"system:serviceaccount:tests:other-{callers[0]}", f"system:serviceaccount:else:shop-{callers[0]}"):
        assert ask(ops.bearer(keys.service_token(callers[0], sub=subject)), method, pattern).status == 403
    api = shop.services[service].api.bearer(keys.service_token(callers[0]))
    assert api.request(method, path_of(pattern)).status in (401, 404), "never on the public port"


def test_customers_do_not_see_each_others_things(shop):
    bob = shop.token(2)
    for path in ("/users/1", "/orders/1"):
        assert shop.get(path, token=shop.token(1)).status == 200
        assert shop.get(path, token=shop.token(3, "staff")).status == 200
    assert shop.get("/api/orders/1", token=bob).status in (403, 404)
    if shop.access == "Authenticated":
        for path in ("/users/1", "/orders/1"):
            assert shop.get(path, token=bob).status in (403, 404)
        assert shop.get("/users/77777", token=bob).status == 403, "nor whether there is one"
    order = shop.post("/orders", {"user_id": 1, "product": "Laptop"}, token=bob)
    assert order.status == 403, "nobody orders in another's name once they say who they are"
