"""What an account may, and from when on no more: roles, tokens that are void everywhere, keys that turn."""

import functools
import json
import pathlib
import threading
from concurrent.futures import ThreadPoolExecutor

from lib.accounts import (PATHS, accepted_everywhere, account, login, logout, refresh, refused_everywhere, statuses,
                          user_id)
from lib.client import fields, problem, walk
from lib.keys import Keys, SigningKey, decoded
from lib.process import wait_until


def set_role(shop, token, user, role):
    return shop.put(f"/api/customers/{user}/role", {"role": role}, token=token)


def test_a_revoked_token_gets_the_answer_of_any_invalid_token(shop, tmp_path):
    email, ended = account(shop)
    logout(shop, ended)
    wait_until("the token to be refused", lambda: refused_everywhere(shop, ended))
    forged = Keys(tmp_path).access_token(user_id(shop, email))
    for path in PATHS:
        answers = [shop.get(path, token=token) for token in (ended["access_token"], forged)]
        assert {a.status for a in answers} == {401}
        assert len({(a.text, a.headers["www-authenticate"], a.headers["content-type"]) for a in answers}) == 1


def test_a_role_and_its_loss_take_effect_at_once(shop):
    email, grant = account(shop)
    uid = user_id(shop, email)
    put = functools.partial(set_role, shop, shop.token(424242, "admin"))
    answer = put(uid, "staff")
    assert (answer.status, answer.json()["role"], answer.json()["id"]) == (200, "staff", uid)
    wait_until("the customer's token to be void", lambda: refused_everywhere(shop, grant))
    staff = refresh(shop, grant).json()
    assert shop.get("/api/customers", token=staff["access_token"]).status == 200
    assert set_role(shop, staff["access_token"], uid, "admin").status == 403
    assert put(uid, "staff").status == 200
    assert accepted_everywhere(shop, staff), "nothing changed, so nothing is void"
    assert put(uid, "customer").status == 200
    wait_until("the staff's token to be void", lambda: refused_everywhere(shop, staff))
    assert shop.get("/api/customers", token=login(shop, email).json()["access_token"]).status == 403
    for who, role, status in [(uid, "owner", 422), (uid, None, 422), (uid, "Admin", 422), (9999999, "staff", 404),
                              ("x", "staff", 400), (1, "staff", 409)]:
        problem(put(who, role), status)


def test_the_first_admin_is_granted_by_command_and_the_last_remains(shop):
    emails = [account(shop)[0] for _ in range(2)]
    ids = [user_id(shop, email) for email in emails]
    user = shop.user
    done = user.run("grant", emails[0].upper(), "admin")
    assert done.stdout.strip() == f"{emails[0]} is now admin"
    for arguments, code, words in [(("grant", emails[0], "owner"), 64, "role must be"), (("grant", emails[0]), 64, "ROLE"),
                                   (("grant", "nobody@example.com", "admin"), 1, "nobody@example.com"),
                                   (("grant", "alice@example.com", "admin"), 1, "alice@example.com"),
                                   (("grant", emails[0], "customer"), 1, "last admin")]:
        done = user.run(*arguments, check=False)
        assert done.returncode == code and words in done.stderr, (arguments, done.stderr)
    first = login(shop, emails[0]).json()["access_token"]
    problem(set_role(shop, first, ids[0], "customer"), 409, "Last admin")
    assert set_role(shop, first, ids[1], "admin").status == 200
    # Two who take the role from each other at the same time: one of them stays.
    second = login(shop, emails[1]).json()["access_token"]
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(set_role, shop, first, ids[1], "customer"), pool.submit(set_role, shop, second, ids[0], "customer")]
        answers = sorted(job.result().status for job in jobs)
    assert answers in ([200, 409], [200, 401])
    assert shop.databases["user"].value("select count(*) from users where role = 'admin'") == "1"


def test_staff_find_users_by_name_address_and_role(shop):
    staff = shop.token(424242, "staff")
    marks = [f"find{n}_%\\me" for n in range(5)]
    for mark in marks:
        assert shop.post("/users", {"name": mark, "email": "found@example.com"}, token=staff).status == 201

    def get(query):
        return shop.get(f"/api/customers{query}", token=staff)
    found = get("?q=FIND3_%25%5Cm").json()
    assert [u["name"] for u in found] == [marks[3]]
    assert set(found[0]) == {"id", "name", "email", "kind", "role", "created_at"}
    assert get("?q=find_%25%25me").json() == [], "no wildcards"
    assert {u["name"] for u in get("?q=found@example").json()} == set(marks)
    one = get(f"/{found[0]['id']}")
    assert (one.status, one.json()) == (200, found[0])
    walked = walk(shop, "/api/customers?q=found%40example.com&role=customer&limit=2", token=staff)
    assert [u["name"] for u in walked] == marks
    assert get("?role=admin&q=find").json() == []
    for query, field in [("?q=", "?q"), ("?q=" + "x" * 201, "?q"), ("?role=owner", "?role"), ("?limit=0", "?limit"),
                         ("?cursor=x", "?cursor")]:
        assert fields(get(query), 400) == [field]
    assert get("/999999").status == 404 and get("/x").status == 400


def test_revocations_list_sessions_and_users_until_they_expire(shop):
    email, grant = account(shop)
    ask = shop.internal("user", "product")
    before = ask.get("/internal/revocations")
    assert before.status == 200 and set(before.json()) == {"sessions", "users", "next"}
    logout(shop, grant)
    uid = user_id(shop, email)
    set_role(shop, shop.token(9, "admin"), uid, "staff")
    after = ask.get(f"/internal/revocations?since={before.json()['next']}").json()
    assert len(set(after["sessions"]) - set(before.json()["sessions"])) >= 1
    assert uid in [u["id"] for u in after["users"]]
    assert ask.get("/internal/revocations?since=x").status == 400
    shop.databases["user"].query("update revocations set at = now() - interval '17 min'")
    assert ask.get("/internal/revocations").json()["sessions"] == [], "such tokens have expired"


def test_without_the_user_service_tokens_are_taken_and_that_is_seen(service_factory):
    product = service_factory("product", {"peers.user": "http://127.0.0.1:9"})
    token = product.keys.access_token(1)
    assert product.api.bearer(token).get("/api/products").status == 200
    assert product.metric("revocations_failures_total") >= 1
    wait_until("its age to be shown", lambda: product.metric("revocations_age_seconds") > 0)
    said = [line for line in product.log_lines() if "revoked tokens" in line["message"]]
    assert len(said) == 1, "once, not each time"


def test_signing_keys_rotate_under_load_without_a_refusal(shop):
    """Publish, sign, retire; two services are asked all the while."""
    email, _ = account(shop)
    keys, failed, asked, stop = shop.keys, [], [0], threading.Event()
    new = SigningKey("access-2", "EdDSA")
    grants = [login(shop, email).json() for _ in range(3)]

    def ask(grant):
        while not stop.is_set():
            for path in PATHS:
                answer = shop.get(path, token=grant["access_token"])
                asked[0] += 1
                if answer.status != 200:
                    failed.append((path, answer.status, answer.text))
            answer = refresh(shop, grant)
            if answer.status != 200:
                failed.append(("refresh", answer.status, answer.text))
                return
            grant = answer.json()

    def put(path, content):
        fresh = pathlib.Path(path).with_suffix(".new")
        fresh.write_text(json.dumps({"keys": content}), encoding="ascii")
        fresh.rename(path)

    def more_requests():
        count = asked[0]
        wait_until("some more requests", lambda: asked[0] > count + 60)

    by_old, by_new = (keys.access_token(user_id(shop, email), key=key) for key in (keys.access, new))
    threads = [threading.Thread(target=ask, args=(grant,)) for grant in grants]
    for thread in threads:
        thread.start()
    try:
        put(keys.jwks_file, [keys.access.jwk, new.jwk])
        wait_until("both services to take the new key", lambda: statuses(shop, by_new) == {200})
        wait_until("both keys to be shown", lambda: {"access-1", "access-2"} == {
            key["kid"] for key in shop.get("/.well-known/jwks.json").json()["keys"]})
        put(keys.signing_file, [new.private_jwk, keys.access.private_jwk])
        wait_until("tokens by the new key", lambda: decoded(login(shop, email).json()["access_token"], 0)["kid"] == "access-2")
        assert statuses(shop, by_old) == {200}
        more_requests()
        put(keys.signing_file, [new.private_jwk])
        put(keys.jwks_file, [new.jwk, keys.access.jwk])
        # Retired once all that the old key signed has expired; here nobody holds such a token any more.
        more_requests()
        put(keys.jwks_file, [new.jwk])
        wait_until("the old key to be gone", lambda: statuses(shop, by_old) == {401})
        more_requests()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        put(keys.jwks_file, [keys.access.jwk])
        put(keys.signing_file, [keys.access.private_jwk])
    assert not failed, failed[:3]
