"""Guessing is slowed down, without locking anybody out and without telling anything."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

from lib.accounts import OTHER, PASSWORD, account, address, client, login, post, register
from lib.process import wait_until


def guess(shop, email, times, source):
    return [login(shop, email, f"guess {n}", source=source) for n in range(times)]


def used_up(shop, email, level):
    """As if an account had been guessed at from everywhere. The key is as services/user/throttle/throttle.cpp makes it."""
    key = hashlib.sha256(f"login-account\n{email}\n".encode()).hexdigest()
    assert guess(shop, email, 1, client())[0].status == 401
    assert shop.databases["user"].query(f"update throttle set level = {level}, at = now() where key = '{key}' returning 1") == [["1"]]


def test_a_stolen_session_cannot_guess_the_password_for_long(shop):
    email, thief = account(shop)
    owner = login(shop, email).json()

    def change(grant, current):
        return shop.request("PUT", "/api/auth/password", {"current_password": current, "password": OTHER},
                            token=grant["access_token"])
    answers = [change(thief, f"guess {n}") for n in range(11)]
    assert [a.status for a in answers] == [422] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert change(thief, PASSWORD).status == 429
    assert change(owner, PASSWORD).status == 204, "the owner's own session is not held up"


def test_guessing_is_slowed_down_and_tells_nothing(shop):
    email, _ = account(shop)
    here, there = client(), client()
    assert login(shop, email, source=there).status == 200
    texts = set()
    for who in (email, address()):
        answers = guess(shop, who, 12, here)
        assert [a.status for a in answers] == [401] * 10 + [429] * 2
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert answers[-1].headers["content-type"] == "application/problem+json"
        texts.add(answers[-1].text)
    assert len(texts) == 1
    assert login(shop, email, source=here).status == 429, "a right guess is none of them let in"
    replica = shop.replica("user")
    refused = replica.api.post("/api/auth/login", {"email": email, "password": PASSWORD}, headers=dict([here]))
    assert refused.status == 429, "what was tried here counts there"
    replica.stop()
    assert login(shop, email, source=there).status == 200, "others are not held up"
    assert "guess" not in json.dumps(shop.databases["user"].query("select t::text from throttle t"))


def test_successful_logins_are_never_throttled(shop):
    email, _ = account(shop)
    here = client()
    assert {login(shop, email, source=here).status for _ in range(25)} == {200}
    assert [a.status for a in guess(shop, email, 11, here)] == [401] * 10 + [429]


def test_strangers_cannot_lock_the_owner_out(shop):
    email, _ = account(shop)
    home = client()
    assert login(shop, email, source=home).status == 200
    for who in (email, address()):
        used_up(shop, who, 90)
        tried = [guess(shop, who, 1, client())[0].status for _ in range(14)]
        # A little flows back meanwhile, at one a minute.
        assert tried[:10] == [401] * 10 and tried[-1] == 429, tried
        assert login(shop, who, source=client()).status == 429, "an address that was never there before"
    assert login(shop, email, source=home).status == 200, "the owner's is known"
    assert [a.status for a in guess(shop, email, 10, home)] == [401] * 10, "and has tries of its own"


def test_a_reset_lets_the_owner_in_from_a_new_address(shop):
    email, _ = account(shop)
    events = shop.vhost.listen("user.password_reset_requested")
    used_up(shop, email, 110)
    new = client()
    assert login(shop, email, source=new).status == 429
    assert post(shop, "/api/auth/password-reset", {"email": email}, source=new).status == 202
    mail = shop.vhost.wait_for_events(events)[0]["data"]
    assert post(shop, "/api/auth/password-reset/confirm", {"token": mail["token"], "password": OTHER}, source=new).status == 204
    assert login(shop, email, OTHER, source=new).status == 200


def test_asking_for_mails_is_slowed_down_alike(shop):
    email, _ = account(shop)
    for path in ("/api/auth/password-reset", "/api/auth/verify-email/resend"):
        texts = set()
        for who in (email, address()):
            here = client()
            answers = [post(shop, path, {"email": who}, source=here) for _ in range(11)]
            assert [a.status for a in answers] == [202] * 10 + [429]
            assert int(answers[-1].headers["retry-after"]) >= 1
            texts.add(answers[-1].text)
        assert len(texts) == 1
    here = client()
    for who in (email, address()):
        assert [register(shop, who, source=here).status for _ in range(11)] == [201] * 10 + [429]


def test_expired_throttles_and_revocations_are_deleted(shop_factory):
    shop = shop_factory(services=("user",), access="Authenticated", sample_data=False)
    database = shop.databases["user"]
    database.query("insert into throttle values ('old', 1, 1, now() - interval '1 h', now() - interval '1 min'), "
                   "('new', 1, 1, now(), now() + interval '1 h')")
    database.query("insert into revocations (session_id, at) values ('old', now() - interval '2 h'), ('new', now())")
    shop.user.restart()
    wait_until("old ones to go", lambda: database.query("select key from throttle") == [["new"]]
               and database.query("select session_id from revocations") == [["new"]])


def test_a_flood_of_logins_is_bounded_and_does_not_delay_others(shop):
    email, grant = account(shop)
    sources = [client() for _ in range(160)]
    with ThreadPoolExecutor(160) as pool:
        jobs = [pool.submit(login, shop, email, PASSWORD, source=source) for source in sources]
        while not all(job.done() for job in jobs):
            assert shop.get("/api/customers/me", token=grant["access_token"]).status == 200
        answers = [job.result() for job in jobs]
    assert {a.status for a in answers} <= {200, 503} and [a.status for a in answers].count(200) >= 60
    assert all("retry-after" in a.headers for a in answers if a.status == 503)
    assert shop.user.metric("password_hashes_running") == 0 and shop.user.metric("password_hashes_waiting") == 0
