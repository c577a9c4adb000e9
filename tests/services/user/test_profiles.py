"""Profiles: name and address, read and changed; an address counts once it is verified."""

import uuid
from concurrent.futures import ThreadPoolExecutor

from lib.client import fields
from lib.process import wait_until
from lib.users import PASSWORD, User, events


def test_a_profile_is_read_and_changed(users):
    eve = User(users)
    queue = users.vhost.listen("user.changed")
    seen = eve.get()
    assert seen.json()["email"] == eve.email and "pending_email" not in seen.json()
    assert eve.get(headers={"If-None-Match": seen.headers["etag"]}).status == 304
    changed = eve.ask("PATCH", "", {"name": "Eva"}, headers={"If-Match": seen.headers["etag"]})
    assert (changed.status, changed.json()["name"]) == (200, "Eva")
    assert changed.headers["etag"] == eve.get().headers["etag"] != seen.headers["etag"]
    late = eve.ask("PATCH", "", {"name": "Evita"}, headers={"If-Match": seen.headers["etag"]})
    assert late.status == 412 and eve.get().json()["name"] == "Eva"
    assert eve.ask("PATCH", "", {}).json()["name"] == "Eva", "nothing to change"
    assert eve.ask("PATCH", "", {"email": f"new-{eve.email}"}).json()["email"] == f"new-{eve.email}"
    assert users.post("/api/auth/login", {"email": f"new-{eve.email}", "password": PASSWORD}).status == 200
    assert users.post("/api/auth/login", {"email": eve.email, "password": PASSWORD}).status == 401
    assert events(users, queue, 2) == [
        ("user.changed", {"user_id": eve.id, "name": "Eva", "email": eve.email}),
        ("user.changed", {"user_id": eve.id, "name": "Eva", "email": f"new-{eve.email}"})]
    for body, wrong in [({"name": ""}, ["name"]), ({"name": 5, "email": "x"}, ["name", "email"]), ({"role": "admin"}, ["role"]),
                         ({"id": 1, "kind": "guest"}, ["id", "kind"]), ({"email": "a@x.org\nBcc: b@x.org"}, ["email"])]:
        assert fields(eve.ask("PATCH", "", body), 422) == wrong
    assert eve.ask("PATCH", "", "{", headers={"Content-Type": "application/json"}).status == 400
    assert eve.ask("PATCH", "", "name=x").status == 415
    assert users.request("PATCH", "/api/customers/me", {"name": "x"}, token=users.token(123456789)).status == 401


def test_one_of_concurrent_changes_with_if_match_wins(users):
    eve = User(users)
    etag = {"If-Match": eve.get().headers["etag"]}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: eve.ask("PATCH", "", {"name": f"Eve {n}"}, headers=etag).status, range(8)))
    assert sorted(answers) == [200] + 7 * [412]


def test_an_address_of_another_account_is_neither_taken_nor_disclosed(users):
    eve, bob = User(users), User(users, "Bob")
    taken = eve.ask("PATCH", "", {"email": bob.email.upper()})
    free = eve.ask("PATCH", "", {"email": f"free-{eve.email}"})
    assert taken.status == free.status == 200
    assert {**taken.json(), "email": ""} == {**free.json(), "email": ""}
    assert taken.json()["email"].lower() == bob.email
    assert bob.get().json()["email"] == bob.email
    assert users.databases["user"].value(f"select count(*) from users where lower(email) = '{bob.email}'") == "1"


def test_an_address_requested_concurrently_goes_to_one_account(users):
    askers = [User(users) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: one.ask("PATCH", "", {"email": "wanted@example.com"}).status, askers))
    assert set(answers) == {200}
    assert users.databases["user"].value("select count(*) from users where email = 'wanted@example.com'") == "1"


def test_a_new_address_counts_once_it_is_verified(verifying):
    shop = verifying
    eve, bob = User(shop), User(shop, "Bob")
    queue = shop.vhost.listen("user.verification_requested", "user.changed", "user.registration_repeated")
    former = shop.vhost.listen("user.email_changed")
    new = f"new-{eve.email}"
    asked = eve.ask("PATCH", "", {"email": new, "name": "Eva"})
    assert asked.status == 200
    assert (asked.json()["email"], asked.json()["pending_email"], asked.json()["name"]) == (eve.email, new, "Eva")
    assert asked.headers["etag"] == eve.get().headers["etag"]
    told = dict(events(shop, queue, 2))
    assert told["user.changed"] == {"user_id": eve.id, "name": "Eva", "email": eve.email}
    mail = told["user.verification_requested"]
    assert (mail["user_id"], mail["email"], mail["name"]) == (eve.id, new, "Eva") and mail["expires_at"]
    assert shop.post("/api/auth/verify-email", {"token": mail["token"] + "x"}).status == 422
    assert eve.get().json()["email"] == eve.email
    for _ in range(2):
        assert shop.post("/api/auth/verify-email", {"token": mail["token"]}).status == 204
    assert eve.get().json()["email"] == new and "pending_email" not in eve.get().json()
    assert events(shop, queue, 1) == [("user.changed", {"user_id": eve.id, "name": "Eva", "email": new})]
    assert events(shop, former, 1) == [("user.email_changed", {"user_id": eve.id, "name": "Eva", "email": eve.email})]
    # Of an address that is taken the answer is the same, and its owner gets a mail.
    taken = eve.ask("PATCH", "", {"email": bob.email})
    assert (taken.json()["email"], taken.json()["pending_email"]) == (new, bob.email)
    assert eve.get().json()["pending_email"] == bob.email
    assert events(shop, queue, 1) == [("user.registration_repeated", {"user_id": bob.id, "name": "Bob", "email": bob.email})]
    # Asked for again, the earlier token counts no more; with the present address nothing is pending.
    eve.ask("PATCH", "", {"email": f"a-{eve.email}"})
    first = events(shop, queue, 1)[0][1]["token"]
    eve.ask("PATCH", "", {"email": f"b-{eve.email}"})
    second = events(shop, queue, 1)[0][1]["token"]
    assert shop.post("/api/auth/verify-email", {"token": first}).status == 422
    assert "pending_email" not in eve.ask("PATCH", "", {"email": new}).json()
    assert shop.post("/api/auth/verify-email", {"token": second}).status == 422
    assert eve.get().json()["email"] == new
    log = shop.user.log()
    assert first not in log and second not in log and mail["token"] not in log


def test_asking_for_a_new_address_writes_the_same_whether_or_not_it_is_taken(verifying):
    eve, bob = User(verifying), User(verifying, "Bob")
    database = verifying.databases["user"]
    database.query("""
        create table written (tx xid8 default pg_current_xact_id(), tab text);
        create function write_down() returns trigger language plpgsql as
          $$ begin insert into written (tab) values (tg_table_name); return null; end $$;
        create trigger written after insert on email_changes for each row execute function write_down();
        create trigger written after insert on mail_requests for each row execute function write_down();
        create trigger written after insert on outbox for each row execute function write_down();""")
    queue = verifying.vhost.listen("user.verification_requested", "user.registration_repeated")
    try:
        for wanted, told in [(bob.email, "user.registration_repeated"), (f"f{uuid.uuid4()}@example.com", "user.verification_requested")]:
            assert eve.ask("PATCH", "", {"email": wanted}).status == 200
            assert [(kind, data["email"]) for kind, data in events(verifying, queue, 1)] == [(told, wanted)]
        asked = database.query("select array_agg(tab order by tab) from written where tx in (select tx from written where "
                               "tab = 'email_changes') group by tx")
        assert asked == [["{email_changes,mail_requests}"]] * 2
    finally:
        database.query("drop function write_down cascade; drop table written")


def test_an_address_that_is_just_being_taken_cannot_be_verified(verifying):
    eve, wanted = User(verifying), f"w{uuid.uuid4()}@example.com"
    queue = verifying.vhost.listen("user.verification_requested")
    assert eve.ask("PATCH", "", {"email": wanted}).status == 200
    token = events(verifying, queue, 1)[0][1]["token"]
    with ThreadPoolExecutor(1) as pool:
        database = verifying.databases["user"]
        taken = pool.submit(database.query, f"""
            begin;
            insert into users (kind, name, email, password_hash) values ('account', 'Bob', '{wanted}', 'x');
            do $$ begin
              while not exists (select from pg_locks where not granted and transactionid = pg_current_xact_id()::xid) loop
                perform pg_sleep(0.01);
              end loop;
            end $$;
            commit""")
        wait_until("Bob's account, not committed yet", lambda: database.query(
            "select 1 from pg_locks where relation = 'users'::regclass and mode = 'RowExclusiveLock'"))
        answer = verifying.post("/api/auth/verify-email", {"token": token})
        assert answer.status == 422, answer.text
        taken.result()
    assert eve.get().json()["email"] == eve.email
