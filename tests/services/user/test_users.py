"""Users: the examples, bad input, sample data, what other services may ask, configuration."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from lib.accounts import PASSWORD, address, count, login, register, user_id
from lib.client import fields, problem
from lib.process import wait_until


@pytest.fixture(name="shop", scope="module")
def _shop(running_shop):
    with running_shop(services=("user",)) as made:
        yield made


def test_responses_equal_the_examples(shop_factory):
    shop = shop_factory(services=("user",))
    answer = shop.get("/users/1")
    assert (answer.status, answer.text) == (200, '{"name":"Alice","email":"alice@example.com"}')
    assert answer.headers["content-type"] == "application/json"
    assert shop.get("/users/2").text == '{"name":"Bob","email":"bob@example.com"}'
    made = shop.post("/users", {"name": "Charlie", "email": "charlie@example.com"})
    assert (made.status, made.text) == (201, '{"user_id":3}')
    assert shop.get("/users/3").text == '{"name":"Charlie","email":"charlie@example.com"}'
    problem(shop.get("/users/4"), 404, "User not found")
    assert shop.request("HEAD", "/users/1").status == 200


def test_guests_may_share_an_address_and_keep_any_name(shop):
    name = "Zoë \"the\" O'Brien <b>; drop table users; -- 漢字"
    first = shop.post("/users", {"name": name, "email": "shared@example.com"}).json()["user_id"]
    second = shop.post("/users", {"name": name, "email": "shared@example.com"}).json()["user_id"]
    assert first != second
    assert shop.get(f"/users/{second}").json() == {"name": name, "email": "shared@example.com"}


@pytest.mark.parametrize("path", ["/users", "/api/auth/register"])
def test_bad_input_is_named_and_leaves_nothing(shop, path):
    good = {"name": "Eve", "email": "eve@example.com", "password": PASSWORD}
    wait_until("the sample data's events to be on their way", lambda: count(shop, "outbox") == 0)
    before = count(shop), count(shop, "outbox")
    cases = [
        ({**good, "name": ""}, "name"), ({**good, "name": 5}, "name"), ({**good, "name": None}, "name"),
        ({**good, "name": "x" * 201}, "name"), ({**good, "name": "a\nb"}, "name"), ({**good, "name": "a\0b"}, "name"),
        ({**good, "name": ["Eve"]}, "name"), ({**good, "name": {"first": "Eve"}}, "name"),
        ({**good, "email": "eve"}, "email"), ({**good, "email": "eve@"}, "email"), ({**good, "email": 1}, "email"),
        ({**good, "email": "eve@example.com\r\nBcc: x@example.com"}, "email"), ({**good, "email": "a" * 250 + "@x.org"}, "email"),
        ({**good, "password": "short"}, "password"), ({**good, "password": "password123"}, "password"),
        ({**good, "password": "x" * 129}, "password"), ({**good, "password": 12345678}, "password"),
        ({**good, "role": "admin"}, "role"), ({**good, "user_id": 7}, "user_id"), ({"email": good["email"], "password": PASSWORD}, "name"),
    ]
    for body, field in cases:
        assert field in fields(shop.post(path, body), 422), body
    assert fields(shop.post(path, {"name": 1, "email": 2, "password": 3}), 422) == ["name", "email", "password"]
    js = {"Content-Type": "application/json"}
    for text, headers, status in [
            ("{", js, 400), ("", js, 400), ("nonsense", js, 400), (b'{"name":"\xff\xfe","email":"e@example.com"}', js, 400),
            ('{"name":"a","name":"b","email":"e@example.com"}', js, 400), ("[" * 5000, js, 400), ("[]", js, 422),
            ("null", js, 422), ('"text"', js, 422), (json.dumps(good), {"Content-Type": "text/plain"}, 415),
            (json.dumps(good), {}, 415), (json.dumps({**good, "name": "x" * 300_000}), js, 413)]:
        problem(shop.request("POST", path, text, headers=headers), status)
    assert (count(shop), count(shop, "outbox")) == before


def test_invalid_ids_are_400(shop):
    for bad in ("abc", "0", "-1", "1.5", "1e3", "99999999999999999999", "1%20", "' or 1=1", "+1"):
        assert fields(shop.get(f"/users/{bad.replace(' ', '%20')}"), 400) == ["path.id"], bad
    assert shop.get("/users/%00").status == 400
    assert shop.get("/users/9223372036854775807").status == 404
    assert shop.request("DELETE", "/users/1").status == 405
    assert shop.get("/users/1/").status in (200, 404)


@pytest.mark.parametrize("existing", [True, False])
def test_sample_data_by_several_at_once_comes_once(shop_factory, existing):
    shop = shop_factory(services=("user",), sample_data=existing)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: shop.user.run("sample-data"), range(4)))
    assert shop.databases["user"].query("select id, name, email, kind from users order by id") == [
        ["1", "Alice", "alice@example.com", "guest"], ["2", "Bob", "bob@example.com", "guest"]]


def test_a_password_given_to_users_makes_an_account(shop):
    staff = shop.token(99, "staff")
    first, second = address(), address()
    body = {"name": "Eve", "email": first, "password": PASSWORD}
    made = shop.post("/users", body, token=staff)
    assert made.status == 201 and set(made.json()) == {"user_id"}
    assert shop.post("/users", body, token=staff).status == 409
    anonymous = shop.post("/users", body)
    assert anonymous.status == 201 and "user_id" not in anonymous.json()
    assert anonymous.json() == shop.post("/users", {**body, "email": second}).json() | {"email": first}
    assert login(shop, second).status == 200


def test_each_new_user_is_announced_once(shop):
    events = shop.vhost.listen("user.registered")
    emails = [address(), address()]
    guest = shop.post("/users", {"name": "Charlie", "email": emails[0]}).json()["user_id"]
    register(shop, emails[1])
    register(shop, emails[1])
    account = user_id(shop, emails[1])
    wait_until("the outbox to be empty", lambda: count(shop, "outbox") == 0)
    # Those of users made before may have come after `listen`, too.
    got = [e for e in shop.vhost.take_events(events) if e["data"]["email"] in emails]
    assert sorted(((e["source"], e["type"], e["subject"], e["data"]) for e in got), key=lambda e: e[3]["user_id"]) == [
        ("/shopkeeper/user", "user.registered", f"user/{guest}",
         {"user_id": guest, "name": "Charlie", "email": emails[0], "kind": "guest"}),
        ("/shopkeeper/user", "user.registered", f"user/{account}",
         {"user_id": account, "name": "Eve", "email": emails[1], "kind": "account"})]


def test_internal_users_are_for_order_and_notification(shop):
    alice = {"id": 1, "name": "Alice", "email": "alice@example.com", "kind": "guest"}
    for caller in ("order", "notification"):
        client = shop.internal("user", caller)
        answer = client.get("/internal/users/1")
        assert (answer.status, answer.json()) == (200, alice)
        assert client.get("/internal/users/777").status == 404
        assert client.get("/internal/users/x").status == 400


def test_public_keys_are_shown_and_only_those(shop):
    answer = shop.get("/.well-known/jwks.json")
    assert answer.status == 200 and "max-age" in answer.headers["cache-control"]
    assert answer.json() == {"keys": [shop.keys.access.jwk]}


def test_wrong_configuration_is_78_and_names_the_key(service_factory, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="ascii")
    service = service_factory("user", start=False)
    base = service.config
    for command, changes, key in [("check-config", {"auth.signing_fil": "x"}, "auth.signing_fil"),
                                  ("check-config", {"access": "Closed"}, "access"),
                                  ("serve", {"auth.signing_file": ""}, "auth.signing_file"),
                                  ("serve", {"auth.signing_file": str(tmp_path / "none")}, "auth.signing_file"),
                                  ("serve", {"auth.signing_file": str(bad)}, "auth.signing_file"),
                                  ("serve", {"auth.jwks_file": str(bad)}, "auth.jwks_file"),
                                  ("serve", {"internal.issuer_keys_file": str(tmp_path / "none")}, "internal.issuer_keys_file"),
                                  ("serve", {"internal.token_file": str(bad)}, "internal.token_file")]:
        service.config = {**base, **changes}
        done = service.run(command, check=False)
        assert done.returncode == 78 and key in done.stderr, (changes, done.stderr)


def test_without_the_database_503_until_it_is_back(shop, postgres):
    before = count(shop)
    assert shop.get("/users/1").status == 200
    postgres.stop()
    try:
        answer = shop.get("/users/1")
        assert answer.status == 503 and "retry-after" in answer.headers
        assert shop.post("/users", {"name": "C", "email": "c@example.com"}).status == 503
    finally:
        postgres.start()
    wait_until("it to heal", lambda: shop.get("/users/1").status == 200)
    assert count(shop) == before
