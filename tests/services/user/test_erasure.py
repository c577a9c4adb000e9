"""Erasure: no personal data stays; who may erase, and how often the password may be wrong."""

import uuid

from lib.client import fields
from lib.images import png
from lib.process import wait_until
from lib.users import PASSWORD, User, events


def test_an_erased_user_leaves_no_personal_data(users, others):
    name = f"Zerline {uuid.uuid4()}"
    eve = User(users, name)
    bob = User(users, "Bob")
    login = users.post("/api/auth/login", {"email": eve.email, "password": PASSWORD}).json()
    eve.ask("PUT", "/avatar", png())
    eve.ask("PUT", "/favorites/1")
    eve.ask("PUT", "/views/2")
    order = others.bought(eve.id, 1, 2)
    others.handled()
    queue = users.vhost.listen("user.erased")
    for body, field in [({}, "password"), ({"password": "wrong password"}, "password"), ({"password": 5}, "password"),
                        ({"password": PASSWORD, "sure": True}, "sure")]:
        assert fields(eve.ask("DELETE", "", body), 422) == [field]
    assert eve.ask("DELETE", "").status == 415
    assert eve.get().status == 200
    assert eve.ask("DELETE", "", {"password": PASSWORD}).status == 204
    assert events(users, queue, 1) == [("user.erased", {"user_id": eve.id})]
    assert users.get(f"/users/{eve.id}", token=users.token(99, "staff")).status == 404
    assert users.internal("user", "order").get(f"/internal/users/{eve.id}").status == 404
    assert users.post("/api/auth/login", {"email": eve.email, "password": PASSWORD}).status == 401
    assert users.post("/api/auth/refresh", {"refresh_token": login["refresh_token"]}).status == 401
    wait_until("her token counts no more", lambda: eve.get("/favorites").status == 401, 20)
    others.bought(eve.id, 3, order=order + 1_000_000)  # an order that was on its way
    others.handled()
    database = users.databases["user"]
    wait_until("the outbox is empty", lambda: database.value("select count(*) from outbox") == "0", 20)
    tables = [row[0] for row in database.query("select table_name from information_schema.tables where table_schema = 'public'")]
    for table in tables:
        assert database.value(f"select count(*) from {table} t where t::text like '%{name}%' or t::text like '%{eve.email}%'") == "0", table
    owners = [row[0] for row in database.query(
        "select table_name from information_schema.columns where column_name = 'user_id' and table_schema = 'public'")]
    for table in set(owners) - {"revocations"}:
        assert database.value(f"select count(*) from {table} where user_id = {eve.id}") == "0", table
    assert User(users).id > eve.id, "an id never comes again"
    assert bob.get().status == 200


def test_admins_erase_others_and_never_the_last_admin(users):
    eve, guest = User(users), users.post("/users", {"name": "Gast", "email": "guest@example.com"},
                                           token=users.token(99, "staff")).json()["user_id"]
    admin = users.token(98, "admin")

    def erase(user, token=admin):
        return users.request("DELETE", f"/api/customers/{user}", token=token)
    for token, status in [(eve.token, 403), (users.token(97, "staff"), 403), (None, 401)]:
        assert erase(eve.id, token).status == status
    assert erase(98).status == 409, "one's own account only with the password"
    assert erase(eve.id).status == 204 and erase(eve.id).status == 404
    alone = users.request("DELETE", "/api/customers/me", {"password": PASSWORD}, token=users.token(guest))
    assert alone.status == 409, "a guest has no password to prove it with"
    assert erase(guest).status == 204
    assert users.get(f"/users/{guest}", token=admin).status == 404
    assert erase("x").status == 400 and erase(10 ** 12).status == 404
    last = User(users)
    users.databases["user"].query(f"update users set role = 'admin' where id = {last.id}")
    assert last.ask("DELETE", "", {"password": PASSWORD}).status == 409
    assert last.get().status == 200
    users.databases["user"].query(f"update users set role = 'customer' where id = {last.id}")


def test_wrong_passwords_of_erasing_are_throttled(users):
    eve = User(users)
    answers = [eve.ask("DELETE", "", {"password": f"wrong password {n}"}).status for n in range(30)]
    assert answers[0] == 422 and answers[-1] == 429
    assert eve.get().status == 200
