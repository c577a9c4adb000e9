"""Accounts, log-ins and sessions: what they give, and when they end, at the user service and at one that asks it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

from lib.accounts import (PASSWORD, accepted_everywhere, account, address, count, login, logout, refresh, refused_everywhere,
                          register, user_id)
from lib.keys import decoded
from lib.process import wait_until


def test_a_new_account_can_log_in_and_see_itself(shop):
    email = address().capitalize()
    made = register(shop, email)
    assert made.status == 201 and "password" not in made.text
    answer = login(shop, email.lower().replace("example", "EXAMPLE"))
    assert answer.status == 200 and answer.headers["cache-control"] == "no-store"
    grant = answer.json()
    assert set(grant) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (grant["token_type"], grant["expires_in"]) == ("Bearer", 900)
    said = decoded(grant["access_token"], 1)
    assert 900 <= said["exp"] - said["iat"] <= 901 and abs(said["iat"] - time.time()) < 60
    assert (said["iss"], said["aud"], said["role"]) == ("shopkeeper", "shopkeeper", "customer")
    me = shop.get("/api/customers/me", token=grant["access_token"])
    assert me.status == 200
    user = user_id(shop, email)
    assert {**me.json(), "created_at": ""} == {"id": user, "name": "Eve", "email": email, "kind": "account", "role": "customer",
                                               "created_at": ""}
    assert said["sub"] == str(user)
    assert shop.get(f"/users/{user}", token=grant["access_token"]).json()["name"] == "Eve"


def test_refused_logins_are_alike_whatever_is_wrong(shop):
    email = address()
    first = register(shop, email)
    again = register(shop, email, "another password")
    assert (first.status, first.text) == (again.status, again.text)
    assert register(shop, email.upper(), "another password").status == 201
    assert count(shop, f"users where kind = 'account' and lower(email) = '{email}'") == 1
    assert login(shop, email).status == 200
    refused = {login(shop, *who).text for who in [
        (email, "another password"), ("nobody@example.com", PASSWORD), ("alice@example.com", PASSWORD),
        ("no address", PASSWORD), (email, PASSWORD.upper())]}
    assert len(refused) == 1 and '"status":401' in refused.pop()


def test_many_registrations_at_once_make_one_account(shop):
    email = address()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: register(shop, email, f"{PASSWORD} {n}"), range(8)))
    assert {a.status for a in answers} == {201}
    assert count(shop, f"users where email = '{email}'") == 1
    assert sum(login(shop, email, f"{PASSWORD} {n}").status == 200 for n in range(8)) == 1


def test_passwords_and_tokens_are_stored_as_hashes_and_not_logged(shop):
    email, grant = account(shop)
    login(shop, email, "a wrong password")
    dump = json.dumps(shop.databases["user"].query(
        "select u::text from users u union all select t::text from refresh_tokens t union all "
        "select s::text from sessions s union all select o::text from outbox o"))
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in dump
    log = shop.user.log()
    for secret in (PASSWORD, "a wrong password", grant["refresh_token"], grant["access_token"]):
        assert secret not in dump and secret not in log


def test_refresh_rotates_the_token_and_reuse_ends_the_session(shop):
    email, other = account(shop)
    first = login(shop, email).json()
    second = refresh(shop, first)
    assert second.status == 200
    assert second.json()["refresh_token"] != first["refresh_token"]
    assert decoded(second.json()["access_token"], 1)["sid"] == decoded(first["access_token"], 1)["sid"]
    third = refresh(shop, second.json()).json()
    assert accepted_everywhere(shop, third)
    stolen = refresh(shop, first)
    unknown = refresh(shop, {"refresh_token": "never given"})
    assert stolen.status == unknown.status == 401 and stolen.text == unknown.text
    assert refresh(shop, third).status == 401, "the whole family is revoked"
    wait_until("both tokens to be refused", lambda: refused_everywhere(shop, third) and refused_everywhere(shop, first), timeout=10)
    assert refresh(shop, other).status == 200, "other sessions are not touched"


def test_a_refresh_token_used_at_once_by_many_is_exchanged_once(shop):
    _, grant = account(shop)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: refresh(shop, grant), range(8)))
    won = [a for a in answers if a.status == 200]
    assert len(won) == 1 and {a.status for a in answers} == {200, 401}
    assert refresh(shop, won[0].json()).status == 401


def test_logout_ends_the_session_everywhere_and_does_not_tell_whether_there_was_one(shop):
    _, grant = account(shop)
    assert accepted_everywhere(shop, grant)
    for token in (grant["refresh_token"], grant["refresh_token"], "never given"):
        assert logout(shop, {"refresh_token": token}).status == 204
    assert refresh(shop, grant).status == 401
    wait_until("the token to be refused", lambda: refused_everywhere(shop, grant), timeout=10)
    assert shop.post("/api/auth/logout", {}).status == 422


def test_a_restarted_service_knows_what_was_revoked(shop):
    _, grant = account(shop)
    logout(shop, grant)
    for service, path in (("user", "/api/customers/me"), ("product", "/api/products/1")):
        other = shop.replica(service)
        assert other.api.bearer(grant["access_token"]).get(path).status == 401
        other.stop()


def test_an_expired_session_is_refused_and_removed(shop):
    email, grant = account(shop)
    shop.databases["user"].query("update sessions set expires_at = now()")
    assert refresh(shop, grant).status == 401
    login(shop, email)
    assert count(shop, f"sessions where user_id = {user_id(shop, email)}") == 1, "expired ones are deleted"


def test_a_token_of_an_unknown_user_is_401(shop):
    assert shop.get("/api/customers/me", token=shop.token(77777)).status == 401
