"""The user service: people, accounts, logins; the program as it is shipped, on a real PostgreSQL and RabbitMQ."""

import base64
import json
import pathlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from lib.keys import SigningKey
from lib.process import wait_until

PASSWORD = "correct horse battery"


@pytest.fixture
def user_shop(shop_factory):
    return shop_factory(services=("user",))


@pytest.fixture
def closed_shop(shop_factory):
    return shop_factory(access="Authenticated", services=("user",))


def count(shop, what="users"):
    return int(shop.databases["user"].value(f"select count(*) from {what}"))


def register(shop, address, password=PASSWORD, name="Eve"):
    return shop.post("/api/auth/register", {"name": name, "email": address, "password": password})


def login(shop, address, password=PASSWORD):
    return shop.post("/api/auth/login", {"email": address, "password": password})


def refresh(shop, token):
    return shop.post("/api/auth/refresh", {"refresh_token": token})


def claims(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def test_the_examples_to_the_letter(user_shop):
    answer = user_shop.get("/users/1")
    assert (answer.status, answer.text) == (200, '{"name":"Alice","email":"alice@example.com"}')
    assert answer.headers["content-type"] == "application/json"
    assert user_shop.get("/users/2").text == '{"name":"Bob","email":"bob@example.com"}'
    made = user_shop.post("/users", {"name": "Charlie", "email": "charlie@example.com"})
    assert (made.status, made.text) == (201, '{"user_id":3}')
    assert user_shop.get("/users/3").text == '{"name":"Charlie","email":"charlie@example.com"}'
    missing = user_shop.get("/users/4")
    assert missing.status == 404
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json()["title"] == "User not found"
    assert user_shop.request("HEAD", "/users/1").status == 200


def test_guests_may_share_an_address_and_keep_any_name(user_shop):
    name = "Zoë \"the\" O'Brien <b>; drop table users; -- 漢字"
    first = user_shop.post("/users", {"name": name, "email": "shared@example.com"}).json()["user_id"]
    second = user_shop.post("/users", {"name": name, "email": "shared@example.com"}).json()["user_id"]
    assert first != second
    assert user_shop.get(f"/users/{second}").json() == {"name": name, "email": "shared@example.com"}


@pytest.mark.parametrize("path", ["/users", "/api/auth/register"])
def test_bad_input_is_named_and_leaves_nothing(user_shop, path):
    good = {"name": "Eve", "email": "eve@example.com", "password": PASSWORD}
    wait_until("the sample data's events to be on their way", lambda: count(user_shop, "outbox") == 0)
    before = count(user_shop), count(user_shop, "outbox")
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
        answer = user_shop.post(path, body)
        assert answer.status == 422, (body, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert field in [error["field"] for error in answer.json()["errors"]], (body, answer.text)
    both = user_shop.post(path, {"name": 1, "email": 2, "password": 3})
    assert [e["field"] for e in both.json()["errors"]] == ["name", "email", "password"]
    js = {"Content-Type": "application/json"}
    for text, headers, status in [
            ("{", js, 400), ("", js, 400), ("nonsense", js, 400), (b'{"name":"\xff\xfe","email":"e@example.com"}', js, 400),
            ('{"name":"a","name":"b","email":"e@example.com"}', js, 400), ("[" * 5000, js, 400), ("[]", js, 422),
            ("null", js, 422), ('"text"', js, 422), (json.dumps(good), {"Content-Type": "text/plain"}, 415),
            (json.dumps(good), {}, 415), (json.dumps({**good, "name": "x" * 300_000}), js, 413)]:
        answer = user_shop.request("POST", path, text, headers=headers)
        assert answer.status == status, (text[:60], answer.status, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert (count(user_shop), count(user_shop, "outbox")) == before


def test_ids_that_are_none(user_shop):
    for bad in ("abc", "0", "-1", "1.5", "1e3", "99999999999999999999", "1%20", "' or 1=1", "+1"):
        answer = user_shop.get(f"/users/{bad.replace(' ', '%20')}")
        assert answer.status == 400, (bad, answer.text)
        assert answer.json()["errors"][0]["field"] == "path.id"
    assert user_shop.get("/users/%00").status == 400
    assert user_shop.get("/users/9223372036854775807").status == 404
    assert user_shop.request("DELETE", "/users/1").status == 405
    assert user_shop.get("/users/1/").status in (200, 404)


def test_sample_data_comes_once(user_shop):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: user_shop.user.run("sample-data"), range(4)))
    assert user_shop.databases["user"].query("select id, name, email, kind from users order by id") == [
        ["1", "Alice", "alice@example.com", "guest"], ["2", "Bob", "bob@example.com", "guest"]]


def test_sample_data_by_several_at_once_on_an_empty_database(shop_factory):
    shop = shop_factory(services=("user",), sample_data=False)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: shop.user.run("sample-data"), range(4)))
    assert [row[0] for row in shop.databases["user"].query("select name from users order by id")] == ["Alice", "Bob"]


def test_who_registers_can_log_in_and_see_themselves(closed_shop):
    made = register(closed_shop, "Eve@Example.com")
    assert made.status == 201 and "password" not in made.text
    answer = login(closed_shop, "eVE@example.COM")
    assert answer.status == 200 and answer.headers["cache-control"] == "no-store"
    grant = answer.json()
    assert set(grant) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (grant["token_type"], grant["expires_in"]) == ("Bearer", 900)
    said = claims(grant["access_token"])
    assert 900 <= said["exp"] - said["iat"] <= 901 and abs(said["iat"] - time.time()) < 60
    assert (said["iss"], said["aud"], said["role"]) == ("shopkeeper", "shopkeeper", "customer")
    me = closed_shop.get("/api/customers/me", token=grant["access_token"])
    assert me.status == 200
    assert {**me.json(), "created_at": ""} == {"id": 3, "name": "Eve", "email": "Eve@example.com", "kind": "account",
                                               "role": "customer", "created_at": ""}
    assert said["sub"] == "3"
    assert closed_shop.get("/users/3", token=grant["access_token"]).json()["name"] == "Eve"


def test_nobody_learns_which_addresses_have_accounts(closed_shop):
    first = register(closed_shop, "eve@example.com")
    again = register(closed_shop, "eve@example.com", "another password")
    assert (first.status, first.text) == (again.status, again.text)
    assert register(closed_shop, "EVE@EXAMPLE.COM", "another password").status == 201
    assert count(closed_shop, "users where kind = 'account'") == 1
    assert login(closed_shop, "eve@example.com").status == 200
    refused = {login(closed_shop, *who).text for who in [
        ("eve@example.com", "another password"), ("nobody@example.com", PASSWORD), ("alice@example.com", PASSWORD),
        ("no address", PASSWORD), ("eve@example.com", PASSWORD.upper())]}
    assert len(refused) == 1 and '"status":401' in refused.pop()


def test_login_takes_as_long_for_an_address_without_account(closed_shop):
    register(closed_shop, "eve@example.com")

    def fastest(address):
        times = []
        for _ in range(8):
            start = time.monotonic()
            assert login(closed_shop, address, "wrong password").status == 401
            times.append(time.monotonic() - start)
        return min(times)
    known, unknown = fastest("eve@example.com"), fastest("nobody@example.com")
    # The fastest of several, and a wide margin, for a busy machine: without argon2id it would be a tenth or less.
    assert 0.25 < known / unknown < 4, (known, unknown)


def test_one_account_of_many_registrations_at_once(closed_shop):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: register(closed_shop, "eve@example.com", f"{PASSWORD} {n}"), range(8)))
    assert {a.status for a in answers} == {201}
    assert count(closed_shop, "users where email = 'eve@example.com'") == 1
    assert sum(login(closed_shop, "eve@example.com", f"{PASSWORD} {n}").status == 200 for n in range(8)) == 1


def test_passwords_and_tokens_are_kept_as_hashes_and_out_of_the_log(closed_shop):
    register(closed_shop, "eve@example.com")
    grant = login(closed_shop, "eve@example.com").json()
    login(closed_shop, "eve@example.com", "a wrong password")
    dump = json.dumps(closed_shop.databases["user"].query(
        "select u::text from users u union all select t::text from refresh_tokens t union all "
        "select s::text from sessions s union all select o::text from outbox o"))
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in dump
    log = closed_shop.user.log()
    for secret in (PASSWORD, "a wrong password", grant["refresh_token"], grant["access_token"]):
        assert secret not in dump and secret not in log


def test_refresh_rotates_and_reuse_ends_the_session(closed_shop):
    register(closed_shop, "eve@example.com")
    other = login(closed_shop, "eve@example.com").json()
    first = login(closed_shop, "eve@example.com").json()
    second = refresh(closed_shop, first["refresh_token"])
    assert second.status == 200
    assert second.json()["refresh_token"] != first["refresh_token"]
    assert claims(second.json()["access_token"])["sid"] == claims(first["access_token"])["sid"]
    third = refresh(closed_shop, second.json()["refresh_token"]).json()
    stolen = refresh(closed_shop, first["refresh_token"])
    unknown = refresh(closed_shop, "never given")
    assert stolen.status == unknown.status == 401 and stolen.text == unknown.text
    assert refresh(closed_shop, third["refresh_token"]).status == 401, "the whole family is revoked"
    assert refresh(closed_shop, other["refresh_token"]).status == 200, "other sessions are not touched"


def test_of_one_refresh_token_used_at_once_by_many_one_wins_at_most(closed_shop):
    register(closed_shop, "eve@example.com")
    token = login(closed_shop, "eve@example.com").json()["refresh_token"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: refresh(closed_shop, token), range(8)))
    won = [a for a in answers if a.status == 200]
    assert len(won) == 1 and {a.status for a in answers} == {200, 401}
    assert refresh(closed_shop, won[0].json()["refresh_token"]).status == 401


def test_logout_ends_the_session_and_says_nothing(closed_shop):
    register(closed_shop, "eve@example.com")
    token = login(closed_shop, "eve@example.com").json()["refresh_token"]
    assert closed_shop.post("/api/auth/logout", {"refresh_token": token}).status == 204
    assert closed_shop.post("/api/auth/logout", {"refresh_token": token}).status == 204
    assert closed_shop.post("/api/auth/logout", {"refresh_token": "never given"}).status == 204
    assert refresh(closed_shop, token).status == 401
    assert closed_shop.post("/api/auth/logout", {}).status == 422


def test_a_session_ends_after_its_time(closed_shop):
    register(closed_shop, "eve@example.com")
    token = login(closed_shop, "eve@example.com").json()["refresh_token"]
    closed_shop.databases["user"].query("update sessions set expires_at = now()")
    assert refresh(closed_shop, token).status == 401
    login(closed_shop, "eve@example.com")
    assert count(closed_shop, "sessions") == 1, "what is over is cleared away"


def test_a_password_given_to_users_makes_an_account(user_shop):
    staff = user_shop.token(99, "staff")
    body = {"name": "Eve", "email": "eve@example.com", "password": PASSWORD}
    assert user_shop.post("/users", body, token=staff).json() == {"user_id": 3}
    assert user_shop.post("/users", body, token=staff).status == 409
    anonymous = user_shop.post("/users", body)
    assert anonymous.status == 201 and "user_id" not in anonymous.json()
    assert anonymous.json() == user_shop.post("/users", {**body, "email": "new@example.com"}).json() | {"email": "eve@example.com"}
    assert login(user_shop, "new@example.com").status == 200


def test_customers_see_themselves_and_staff_everyone(closed_shop):
    alice, bob, staff = closed_shop.token(1), closed_shop.token(2), closed_shop.token(9, "staff")
    assert closed_shop.get("/users/1", token=alice).status == 200
    assert closed_shop.get("/users/1", token=bob).status == 403
    assert closed_shop.get("/users/777", token=bob).status == 403, "nor whether there is one"
    assert closed_shop.get("/users/1", token=staff).status == 200
    guest = {"name": "Charlie", "email": "charlie@example.com"}
    assert closed_shop.post("/users", guest).status == 401
    assert closed_shop.post("/users", guest, token=alice).status == 403
    assert closed_shop.post("/users", guest, token=staff).json() == {"user_id": 3}


def test_in_an_open_shop_a_token_takes_nothing_away(user_shop):
    bob = user_shop.token(2)
    assert user_shop.get("/users/1", token=bob).status == 200
    assert user_shop.post("/users", {"name": "C", "email": "c@example.com"}, token=bob).status == 201
    assert user_shop.get("/users/1", token=bob + "x").status == 401


def test_a_token_of_nobody_is_401(closed_shop):
    assert closed_shop.get("/api/customers/me", token=closed_shop.token(777)).status == 401


def test_each_user_is_told_of_once(user_shop):
    events = user_shop.vhost.listen("user.registered")
    user_shop.post("/users", {"name": "Charlie", "email": "charlie@example.com"})
    register(user_shop, "eve@example.com")
    register(user_shop, "eve@example.com")
    got = []

    def new_ones():
        # Those of the sample data may be on their way still.
        got.extend(e for e in user_shop.vhost.take_events(events) if e["data"]["user_id"] > 2)
        return len(got) >= 2
    wait_until("the events", new_ones)
    got.sort(key=lambda event: event["data"]["user_id"])
    assert [e["data"] for e in got] == [
        {"user_id": 3, "name": "Charlie", "email": "charlie@example.com", "kind": "guest"},
        {"user_id": 4, "name": "Eve", "email": "eve@example.com", "kind": "account"}]
    assert [(e["source"], e["type"], e["subject"]) for e in got] == [
        ("/shopkeeper/user", "user.registered", "user/3"), ("/shopkeeper/user", "user.registered", "user/4")]
    wait_until("the outbox to be empty", lambda: count(user_shop, "outbox") == 0)


def test_internal_users_are_for_order_and_notification(user_shop):
    alice = {"id": 1, "name": "Alice", "email": "alice@example.com", "kind": "guest"}
    for caller in ("order", "notification"):
        answer = user_shop.internal("user", caller).get("/internal/users/1")
        assert (answer.status, answer.json()) == (200, alice)
    order = user_shop.internal("user", "order")
    assert order.get("/internal/users/777").status == 404
    assert order.get("/internal/users/x").status == 400
    assert user_shop.internal("user", "product").get("/internal/users/1").status == 403
    ops, keys = user_shop.user.ops, user_shop.keys
    assert ops.get("/internal/users/1").status == 401
    for token in (keys.access_token(1, "admin"), keys.service_token("order", aud=["else"]),
                  keys.service_token("order", iss="https://other"), keys.service_token("order", lifetime=-60)):
        assert ops.bearer(token).get("/internal/users/1").status == 401
    for subject in ("system:serviceaccount:other:shop-order", "system:serviceaccount:tests:another-order"):
        assert ops.bearer(keys.service_token("order", sub=subject)).get("/internal/users/1").status == 403
    assert user_shop.user.api.bearer(keys.service_token("order")).get("/internal/users/1").status == 404


def test_public_keys_are_shown_and_only_those(user_shop):
    answer = user_shop.get("/.well-known/jwks.json")
    assert answer.status == 200 and "max-age" in answer.headers["cache-control"]
    assert answer.json() == {"keys": [user_shop.keys.access.jwk]}


def test_keys_turn_without_a_failed_request(closed_shop, folder):
    """Publish, sign, retire: as the operator does it, under load."""
    register(closed_shop, "eve@example.com")
    keys = closed_shop.keys
    new = SigningKey(keys.folder, "access-2", "EdDSA")
    failed, stop, kids = [], threading.Event(), set()

    def ask():
        while not stop.is_set():
            grant = login(closed_shop, "eve@example.com")
            if grant.status == 200:
                token = grant.json()["access_token"]
                kids.add(json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["kid"])
                if closed_shop.get("/api/customers/me", token=token).status == 200:
                    continue
            failed.append(grant.text)

    def put(path, content):
        fresh = pathlib.Path(path).with_suffix(".new")
        fresh.write_text(json.dumps({"keys": content}), encoding="ascii")
        fresh.rename(path)

    def shown(*expected):
        return lambda: {k["kid"] for k in closed_shop.get("/.well-known/jwks.json").json()["keys"]} == set(expected)

    old_token = login(closed_shop, "eve@example.com").json()["access_token"]
    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        # The page of keys and the gate look at the file each on their own, within a second.
        put(keys.jwks_file, [keys.access.jwk, new.jwk])
        wait_until("both keys", shown("access-1", "access-2"))
        wait_until("the gate to take the new key", lambda: closed_shop.get(
            "/api/customers/me", token=new.sign(claims(old_token))).status == 200)
        put(keys.signing_file, [new.private_jwk, keys.access.private_jwk])
        wait_until("tokens by the new key", lambda: "access-2" in kids)
        assert closed_shop.get("/api/customers/me", token=old_token).status == 200
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failed
    assert kids == {"access-1", "access-2"}
    put(keys.jwks_file, [new.jwk])
    wait_until("the old key to be gone", lambda: closed_shop.get("/api/customers/me", token=old_token).status == 401)


def test_wrong_configuration_is_78_and_names_the_key(service_factory, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="ascii")
    for changes, key in [({"auth.signing_fil": "x"}, "auth.signing_fil"),
                         ({"access": "Closed"}, "access")]:
        done = service_factory("user", changes, start=False).run("check-config", check=False)
        assert done.returncode == 78 and key in done.stderr, (changes, done.stderr)
    for changes, key in [({"auth.signing_file": ""}, "auth.signing_file"),
                         ({"auth.signing_file": str(tmp_path / "none")}, "auth.signing_file"),
                         ({"auth.signing_file": str(bad)}, "auth.signing_file"),
                         ({"auth.jwks_file": str(bad)}, "auth.jwks_file"),
                         ({"internal.issuer_keys_file": str(tmp_path / "none")}, "internal.issuer_keys_file"),
                         ({"internal.token_file": str(bad)}, "internal.token_file")]:
        done = service_factory("user", changes, start=False).run("serve", check=False)
        assert done.returncode == 78 and key in done.stderr, (changes, done.stderr)


def test_the_database_away_is_503_and_heals(user_shop, postgres):
    assert user_shop.get("/users/1").status == 200
    postgres.stop()
    try:
        answer = user_shop.get("/users/1")
        assert answer.status == 503 and "retry-after" in answer.headers
        assert user_shop.post("/users", {"name": "C", "email": "c@example.com"}).status == 503
    finally:
        postgres.start()
    wait_until("it to heal", lambda: user_shop.get("/users/1").status == 200)
    assert count(user_shop) == 2
