"""What people look after themselves: profile, avatar, favorites, recommendations, erasure; on a real PostgreSQL and RabbitMQ."""

import json
import struct
import uuid
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from lib.process import wait_until

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def users(folder, postgres, rabbitmq):
    """The user service alone, shared: each test makes persons of its own."""
    from conftest import _make_shop  # pylint: disable=import-outside-toplevel
    made = _make_shop(folder, postgres, rabbitmq, access="Authenticated", services=("user",))
    yield made
    made.close()


@pytest.fixture(scope="module")
def verifying(folder, postgres, rabbitmq):
    """Where new addresses are to be verified."""
    from conftest import _make_shop  # pylint: disable=import-outside-toplevel
    made = _make_shop(folder, postgres, rabbitmq, access="Authenticated", services=("user",),
                      config={"user": {"accounts.verify_email": True}})
    yield made
    made.close()


class Person:
    """An account of its own, logged in by a token that is valid (the service is not asked for it)."""

    count = 0

    def __init__(self, shop, name="Eve"):
        Person.count += 1
        self.shop, self.name, self.email = shop, name, f"eve{Person.count}@example.com"
        answer = shop.post("/users", {"name": name, "email": self.email, "password": PASSWORD}, token=shop.token(99, "staff"))
        self.id = answer.json()["user_id"]
        self.token = shop.token(self.id)

    def ask(self, method, path, body=None, **kwargs):
        return self.shop.request(method, f"/api/customers/me{path}", body, token=self.token, **kwargs)

    def get(self, path="", **kwargs):
        return self.ask("GET", path, **kwargs)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width=3, height=2, pixels=None, more=b""):
    """An RGB image."""
    pixels = bytes(height * (1 + 3 * width)) if pixels is None else pixels
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(pixels, 9)) + more + chunk(b"IEND", b""))


WEBP = bytes.fromhex("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700")  # 1x1, of libwebp


def test_an_avatar_is_kept_and_given_back_as_what_it_is(users):
    eve, bob = Person(users), Person(users, "Bob")
    assert eve.get("/avatar").status == 404
    made = eve.ask("PUT", "/avatar", png())
    assert (made.status, made.json()) == (201, {"content_type": "image/png", "width": 3, "height": 2, "bytes": len(png())})
    got = eve.get("/avatar")
    assert (got.status, got.body, got.headers["content-type"]) == (200, png(), "image/png")
    assert got.headers["etag"] == made.headers["etag"]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"] == "inline"
    assert got.headers["content-security-policy"] == "default-src 'none'"
    assert bob.get("/avatar").status == 404
    unchanged = eve.get("/avatar", headers={"If-None-Match": made.headers["etag"]})
    assert (unchanged.status, unchanged.body) == (304, b"")
    # The client's word does not count: a WebP that says it is a PNG is a WebP.
    other = eve.ask("PUT", "/avatar", WEBP, headers={"Content-Type": "image/png"})
    assert (other.status, other.json()["content_type"]) == (200, "image/webp")
    assert eve.get("/avatar").headers["content-type"] == "image/webp"
    stale = {"If-Match": made.headers["etag"]}
    assert eve.ask("PUT", "/avatar", png(), headers=stale).status == 412
    assert eve.ask("DELETE", "/avatar", headers=stale).status == 412
    assert eve.get("/avatar").body == WEBP
    assert eve.ask("DELETE", "/avatar", headers={"If-Match": other.headers["etag"]}).status == 204
    assert eve.ask("DELETE", "/avatar").status == 204
    assert eve.get("/avatar").status == 404


def test_what_is_no_image_is_refused_with_the_reason(users):
    eve = Person(users)
    eve.ask("PUT", "/avatar", png())
    bomb = png(pixels=bytes(40_000_000))
    wide = png(60_000, 60_000, b"x")
    assert len(bomb) < 65_536
    for body, status, reason in [
            (b"", 415, "must be a PNG, JPEG or WebP"), (b"GIF89a", 415, "must be a PNG, JPEG or WebP"),
            (b"<svg onload='alert(1)'/>", 415, "must be a PNG, JPEG or WebP"), (b"MZ" + bytes(1000), 415, "must be a PNG, JPEG or WebP"),
            (bomb, 422, "has more pixels than its header says"), (wide, 422, "must be at most 2048 pixels wide and high"),
            (png() + b"<script>", 422, "must end where its data end"), (png()[:-1], 422, "ends too early"),
            (png(more=chunk(b"acTL", bytes(8))), 422, "must not be animated"),
            (b"\xff\xd8\xff\xe0" + b"JFIF", 422, "ends too early"), (WEBP[:-2], 422, "ends too early"),
            (png(pixels=bytes(5)), 422, "has fewer pixels than its header says")]:
        answer = eve.ask("PUT", "/avatar", body)
        assert answer.status == status, (body[:20], answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"] == [{"field": "body", "reason": reason}]
    text = eve.ask("PUT", "/avatar", png(), headers={"Content-Type": "text/html"})
    assert (text.status, text.json()["errors"][0]["field"]) == (415, "Content-Type")
    large = png(more=chunk(b"teXt", bytes(66_000)))
    assert eve.ask("PUT", "/avatar", large).status == 413
    assert eve.ask("PUT", "/avatar", bytes(1_000_000)).status == 413
    largest = png(more=chunk(b"teXt", bytes(65_536 - len(png()) - 12)))
    assert len(largest) == 65_536
    assert eve.get("/avatar").body == png()
    assert eve.ask("PUT", "/avatar", largest).status == 200
    assert eve.get("/avatar").body == largest


def test_of_an_account_that_is_gone_nothing_can_be_changed(users):
    gone = users.token(123456789)
    assert users.request("PUT", "/api/customers/me/avatar", png(), token=gone).status == 401
    assert users.request("GET", "/api/customers/me/avatar", token=gone).status == 404


# --- profile and erasure --------------------------------------------------------------------------------------------------


def events(shop, queue, count, about=None):
    """The next events, once so many have come."""
    got = []
    wait_until(f"{count} events", lambda: got.extend(shop.vhost.take_events(queue)) or len(got) >= count, 20)
    return [(one["type"], one["data"]) for one in got if about is None or one["data"].get("user_id") == about]


def test_a_profile_is_read_and_changed(users):
    eve = Person(users)
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
    for body, fields in [({"name": ""}, ["name"]), ({"name": 5, "email": "x"}, ["name", "email"]), ({"role": "admin"}, ["role"]),
                         ({"id": 1, "kind": "guest"}, ["id", "kind"]), ({"email": "a@x.org\nBcc: b@x.org"}, ["email"])]:
        answer = eve.ask("PATCH", "", body)
        assert answer.status == 422 and [e["field"] for e in answer.json()["errors"]] == fields, (body, answer.text)
    assert eve.ask("PATCH", "", "{", headers={"Content-Type": "application/json"}).status == 400
    assert eve.ask("PATCH", "", "name=x").status == 415
    assert users.request("PATCH", "/api/customers/me", {"name": "x"}, token=users.token(123456789)).status == 401


def test_of_changes_at_once_with_if_match_one_wins(users):
    eve = Person(users)
    etag = {"If-Match": eve.get().headers["etag"]}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: eve.ask("PATCH", "", {"name": f"Eve {n}"}, headers=etag).status, range(8)))
    assert sorted(answers) == [200] + 7 * [412]


def test_an_address_of_another_account_is_not_taken_and_not_told(users):
    eve, bob = Person(users), Person(users, "Bob")
    taken = eve.ask("PATCH", "", {"email": bob.email.upper()})
    free = eve.ask("PATCH", "", {"email": f"free-{eve.email}"})
    assert taken.status == free.status == 200
    assert {**taken.json(), "email": ""} == {**free.json(), "email": ""}
    assert taken.json()["email"].lower() == bob.email
    assert bob.get().json()["email"] == bob.email
    assert users.databases["user"].value(f"select count(*) from users where lower(email) = '{bob.email}'") == "1"


def test_of_two_who_want_one_address_at_once_one_has_it(users):
    people = [Person(users) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: one.ask("PATCH", "", {"email": "wanted@example.com"}).status, people))
    assert set(answers) == {200}
    assert users.databases["user"].value("select count(*) from users where email = 'wanted@example.com'") == "1"


def test_a_new_address_counts_once_it_is_verified(verifying):
    shop = verifying
    eve, bob = Person(shop), Person(shop, "Bob")
    queue = shop.vhost.listen("user.verification_requested", "user.changed", "user.registration_repeated")
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
    # Of an address that is taken the answer is the same, and its owner is told.
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


def test_an_address_that_is_just_being_taken_cannot_be_verified(verifying):
    eve, wanted = Person(verifying), f"w{uuid.uuid4()}@example.com"
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


def test_a_person_is_erased_without_a_trace(users, catalog):
    name = f"Zerline {uuid.uuid4()}"
    eve = Person(users, name)
    bob = Person(users, "Bob")
    login = users.post("/api/auth/login", {"email": eve.email, "password": PASSWORD}).json()
    eve.ask("PUT", "/avatar", png())
    eve.ask("PUT", "/favorites/1")
    eve.ask("PUT", "/views/2")
    order = catalog.bought(eve.id, 1, 2)
    catalog.handled()
    queue = users.vhost.listen("user.erased")
    for body, field in [({}, "password"), ({"password": "wrong password"}, "password"), ({"password": 5}, "password"),
                        ({"password": PASSWORD, "sure": True}, "sure")]:
        answer = eve.ask("DELETE", "", body)
        assert answer.status == 422 and answer.json()["errors"][0]["field"] == field, answer.text
    assert eve.ask("DELETE", "").status == 415
    assert eve.get().status == 200
    assert eve.ask("DELETE", "", {"password": PASSWORD}).status == 204
    assert events(users, queue, 1) == [("user.erased", {"user_id": eve.id})]
    assert users.get(f"/users/{eve.id}", token=users.token(99, "staff")).status == 404
    assert users.internal("user", "order").get(f"/internal/users/{eve.id}").status == 404
    assert users.post("/api/auth/login", {"email": eve.email, "password": PASSWORD}).status == 401
    assert users.post("/api/auth/refresh", {"refresh_token": login["refresh_token"]}).status == 401
    wait_until("her token counts no more", lambda: eve.get("/favorites").status == 401, 20)
    catalog.bought(eve.id, 3, order=order + 1_000_000)  # an order that was on its way
    catalog.handled()
    database = users.databases["user"]
    wait_until("the outbox is empty", lambda: database.value("select count(*) from outbox") == "0", 20)
    tables = [row[0] for row in database.query("select table_name from information_schema.tables where table_schema = 'public'")]
    for table in tables:
        assert database.value(f"select count(*) from {table} t where t::text like '%{name}%' or t::text like '%{eve.email}%'") == "0", table
    owners = [row[0] for row in database.query(
        "select table_name from information_schema.columns where column_name = 'user_id' and table_schema = 'public'")]
    for table in set(owners) - {"revocations"}:
        assert database.value(f"select count(*) from {table} where user_id = {eve.id}") == "0", table
    assert Person(users).id > eve.id, "an id never comes again"
    assert bob.get().status == 200


def test_admins_erase_others_and_never_the_last_admin(users):
    eve, guest = Person(users), users.post("/users", {"name": "Gast", "email": "guest@example.com"},
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
    last = Person(users)
    users.databases["user"].query(f"update users set role = 'admin' where id = {last.id}")
    assert last.ask("DELETE", "", {"password": PASSWORD}).status == 409
    assert last.get().status == 200
    users.databases["user"].query(f"update users set role = 'customer' where id = {last.id}")


def test_wrong_passwords_of_erasing_are_throttled(users):
    eve = Person(users)
    answers = [eve.ask("DELETE", "", {"password": f"wrong password {n}"}).status for n in range(30)]
    assert answers[0] == 422 and answers[-1] == 429
    assert eve.get().status == 200



# --- favorites, views, recommendations ------------------------------------------------------------------------------------


class Catalog:
    """What the tests tell the user service of orders and products, as the other services would."""

    orders = 1000

    def __init__(self, shop):
        self.shop = shop

    def tell(self, kind, data, identity=None, time="2026-01-01T00:00:00.000Z"):
        event = {"specversion": "1.0", "id": identity or str(uuid.uuid4()), "source": "/tests", "type": kind, "subject": "x/1",
                 "time": time, "datacontenttype": "application/json", "data": data}
        assert self.shop.vhost.publish(kind, json.dumps(event))["routed"]
        return event

    def bought(self, user, *products, order=None, **kwargs):
        """An order of the products, confirmed; its number."""
        Catalog.orders += 1
        order = order or Catalog.orders
        lines = [{"product_id": product, "name": f"Product {product}", "quantity": 1, "unit_price": {"minor": 100 * product, "currency": "USD"}}
                 for product in products]
        self.tell("order.confirmed", {"order_id": order, "user": {"id": user, "name": "N", "email": "n@example.com"}, "lines": lines,
                                      "total": {"minor": 1, "currency": "USD"}}, **kwargs)
        return order

    def cancelled(self, order, user):
        self.tell("order.cancelled", {"order_id": order, "user_id": user, "user": {"id": user}, "reason": "asked for"})

    def changed(self, product, retired=False, minor=None, **kwargs):
        self.tell("product.changed", {"product_id": product, "name": f"Product {product}", "retired": retired,
                                      "unit_price": {"minor": minor or 100 * product, "currency": "USD"}}, **kwargs)

    def handled(self):
        """Until all that was told so far had its effect: one queue, one reader, so the last is done after the others."""
        last = self.tell("product.changed", {"product_id": 10 ** 15, "name": "Last", "retired": True, "unit_price": None})
        database = self.shop.databases["user"]
        wait_until("events are handled", lambda: database.value(f"select count(*) from inbox where event_id = '{last['id']}'") == "1", 20)


def because(answer):
    """[(product_id, reason, because.product_id)]"""
    assert answer.status == 200, answer.text
    return [(one["product_id"], one["because"]["reason"], one["because"].get("product_id")) for one in answer.json()]


@pytest.fixture
def catalog(users):
    """Without anything sold or known so far."""
    Catalog(users).handled()
    users.databases["user"].query("truncate bought_orders, bought_lines, product_sales, product_pairs, known_products")
    return Catalog(users)


def test_recommendations_come_from_what_is_bought_together(users, catalog):
    eve, bob, carol, dave = (Person(users, name) for name in ("Eve", "Bob", "Carol", "Dave"))
    assert because(eve.get("/recommendations")) == []
    for number in range(20):
        catalog.bought(1, 9, 40 + number)  # what everybody buys
    for _ in range(4):
        catalog.bought(2, 1, 2, 9)
    catalog.bought(bob.id, 1)
    catalog.bought(bob.id, 5)
    catalog.handled()
    # Eve is new: what sells best, the best first, ties by id.
    assert because(eve.get("/recommendations?limit=4")) == [
        (9, "best_seller", None), (1, "best_seller", None), (2, "best_seller", None), (5, "best_seller", None)]
    told = bob.get("/recommendations?limit=3")
    assert because(told)[:2] == [(2, "bought_together", 1), (9, "bought_together", 1)], "not what everybody buys first"
    assert told.json()[0] == {"product_id": 2, "name": "Product 2", "price": 2, "currency": "USD",
                              "because": {"reason": "bought_together", "product_id": 1, "name": "Product 1"}}
    assert {1, 5}.isdisjoint({product for product, _, _ in because(bob.get("/recommendations?limit=50"))}), "Bob has them"
    assert carol.ask("PUT", "/favorites/1").status == 204
    assert because(carol.get("/recommendations?limit=3")) == [(2, "favorite", 1), (9, "favorite", 1), (1, "favorite", 1)]
    assert dave.ask("PUT", "/views/2").status == 204
    assert because(dave.get("/recommendations?limit=1")) == [(1, "viewed", 2)]
    # What Carol likes she buys: then it counts as bought, and is no more recommended.
    catalog.bought(carol.id, 1)
    catalog.handled()
    assert because(carol.get("/recommendations?limit=2")) == [(2, "bought_together", 1), (9, "bought_together", 1)]
    catalog.changed(2, retired=True)
    catalog.handled()
    assert 2 not in [product for product, _, _ in because(carol.get("/recommendations?limit=50"))]
    for bad in ("0", "51", "-1", "x", "1.5", ""):
        answer = eve.get(f"/recommendations?limit={bad}")
        assert (answer.status, answer.json()["errors"][0]["field"]) == (400, "?limit"), bad


def test_each_order_counts_once_and_not_when_cancelled(users, catalog):
    eve = Person(users)
    pairs = "select product_id, other_id, orders from product_pairs where orders > 0 order by 1, 2"
    sales = "select product_id, orders from product_sales where orders > 0 order by 1"
    database = users.databases["user"]
    same = str(uuid.uuid4())
    order = catalog.bought(eve.id, 1, 2, identity=same)
    catalog.bought(eve.id, 1, 2, order=order, identity=same)   # delivered twice
    catalog.bought(eve.id, 1, 2, order=order)                  # told twice
    other = catalog.bought(eve.id, 2, 3, 2)
    catalog.handled()
    assert database.query(pairs) == [["1", "2", "1"], ["2", "1", "1"], ["2", "3", "1"], ["3", "2", "1"]]
    assert database.query(sales) == [["1", "1"], ["2", "2"], ["3", "1"]]
    catalog.cancelled(other, eve.id)
    catalog.cancelled(other, eve.id)
    catalog.cancelled(4711, eve.id)
    catalog.bought(eve.id, 7, 8, order=4711)                   # its confirmation was overtaken
    catalog.handled()
    assert database.query(pairs) == [["1", "2", "1"], ["2", "1", "1"]]
    assert database.query(sales) == [["1", "1"], ["2", "1"]]
    assert because(eve.get("/recommendations")) == [], "3 was cancelled, 1 and 2 she has"
    many = catalog.bought(eve.id, *range(100, 150))
    catalog.bought(987654321, 1, 3)                            # of nobody: not counted
    catalog.handled()
    assert database.value("select count(*) from product_pairs where product_id >= 100 and orders > 0") == str(20 * 19)
    catalog.cancelled(many, eve.id)
    catalog.handled()
    assert database.query(sales) == [["1", "1"], ["2", "1"]]
    assert database.query(pairs) == [["1", "2", "1"], ["2", "1", "1"]]


def test_events_that_make_no_sense_are_put_aside(users, catalog):
    dead = "user.events.dead"
    before = (users.vhost.queue(dead) or {}).get("messages", 0)
    for kind, data in [("order.confirmed", {}), ("order.confirmed", {"order_id": 1, "user": {"id": 1}, "lines": [{"product_id": "x"}]}),
                       ("order.cancelled", {"order_id": -1}), ("order.cancelled", {"order_id": "1"}), ("product.changed", {"product_id": 1}),
                       ("product.changed", {"product_id": 1, "name": 5}), ("order.confirmed", [])]:
        catalog.tell(kind, data)
    catalog.bought(1, 1)
    catalog.handled()
    assert users.databases["user"].value("select orders from product_sales where product_id = 1") == "1"
    wait_until("they are in the dead-letter queue", lambda: users.vhost.queue(dead).get("messages", 0) == before + 7, 20)


def test_an_older_word_of_a_product_changes_nothing(users, catalog):
    catalog.changed(3, minor=555, time="2026-02-01T00:00:00.000Z")
    catalog.changed(3, retired=True, time="2026-01-01T00:00:00.000Z")
    catalog.handled()
    eve = Person(users)
    eve.ask("PUT", "/favorites/3")
    favorite = eve.get("/favorites").json()[0]
    assert (favorite["price"], favorite["retired"]) == (5.55, False)


def test_favorites_are_a_set_in_pages(users, catalog):
    eve, bob = Person(users), Person(users, "Bob")
    assert eve.get("/favorites").json() == []
    catalog.changed(2)
    catalog.handled()
    for _ in range(2):
        for product in (1, 2, 3):
            assert eve.ask("PUT", f"/favorites/{product}").status == 204
    listed = eve.get("/favorites").json()
    assert [one["product_id"] for one in listed] == [3, 2, 1], "the newest first"
    assert {**listed[1], "added_at": ""} == {"product_id": 2, "name": "Product 2", "price": 2, "currency": "USD", "retired": False, "added_at": ""}
    assert set(listed[0]) == {"product_id", "added_at"}, "of what is not known only the id is told"
    first = eve.get("/favorites?limit=2")
    assert [one["product_id"] for one in first.json()] == [3, 2]
    following = first.headers["link"].split(">")[0][1:]
    second = users.get(following, token=eve.token)
    assert [one["product_id"] for one in second.json()] == [1] and "link" not in second.headers
    assert users.get(following, token=bob.token).json() == [], "a cursor shows nothing of somebody else's"
    for _ in range(2):
        assert eve.ask("DELETE", "/favorites/3").status == 204
    assert [one["product_id"] for one in eve.get("/favorites").json()] == [2, 1]
    catalog.changed(2, retired=True)
    catalog.handled()
    assert eve.ask("PUT", "/favorites/2").status == 404, "not on sale any more"
    assert eve.get("/favorites").json()[0]["retired"] is True
    for bad in ("0", "-1", "x", "1.5", "99999999999999999999"):
        for what in ("favorites", "views"):
            answer = eve.ask("PUT", f"/{what}/{bad}")
            assert (answer.status, answer.json()["errors"][0]["field"]) == (400, "path.product_id"), bad
    gone = users.token(123456789)
    for what in ("favorites", "views"):
        assert users.request("PUT", f"/api/customers/me/{what}/1", token=gone).status == 401


def test_favorites_and_views_are_bounded(users, catalog):
    eve = Person(users)
    database = users.databases["user"]
    database.query(f"insert into favorites (user_id, product_id) select {eve.id}, n from generate_series(1, 199) n")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: eve.ask("PUT", f"/favorites/{1000 + n}").status, range(8)))
    assert sorted(answers) == [204] + 7 * [409], "also of those that come at once"
    assert eve.ask("PUT", "/favorites/1").status == 204, "it is one already"
    database.query(f"insert into views (user_id, product_id) select {eve.id}, n from generate_series(1, 150) n")
    assert eve.ask("PUT", "/views/151").status == 204
    assert database.value(f"select count(*) from views where user_id = {eve.id}") == "100"
    assert database.value(f"select count(*) from views where user_id = {eve.id} and product_id = 151") == "1"


@pytest.fixture(scope="module")
def shop(folder, postgres, rabbitmq):
    """With a product service that user asks."""
    from conftest import _make_shop  # pylint: disable=import-outside-toplevel
    made = _make_shop(folder, postgres, rabbitmq, services=("user", "product"))
    yield made
    made.close()


def test_products_are_as_the_product_service_says_and_known_while_it_is_away(shop):
    eve, catalog = Person(shop), Catalog(shop)
    laptop = shop.get("/products/1").json()
    assert eve.ask("PUT", "/favorites/1").status == 204
    assert eve.ask("PUT", "/views/2").status == 204
    listed = eve.get("/favorites").json()[0]
    assert {key: listed[key] for key in ("name", "price", "retired")} == {"name": laptop["name"], "price": laptop["price"], "retired": False}
    for what in ("favorites", "views"):
        unknown = eve.ask("PUT", f"/{what}/999999")
        assert (unknown.status, unknown.json()["title"]) == (404, "Product not found")
    catalog.bought(1, 1, 2)
    catalog.handled()
    # The order's own words for the product give way to the catalog's.
    told = eve.get("/recommendations").json()
    assert {one["product_id"]: one["name"] for one in told} == {1: "Laptop", 2: "Phone"}
    shop.databases["user"].query("update known_products set asked_at = now() - interval '1 hour', heard_at = now() - interval '1 hour'")
    shop.product.stop()
    try:
        assert eve.get("/favorites").json()[0]["name"] == "Laptop"
        assert eve.get("/recommendations").json() == told
        assert eve.ask("PUT", "/favorites/2").status == 204, "it is known"
        nobody_knows = eve.ask("PUT", "/favorites/5")
        assert nobody_knows.status == 503 and nobody_knows.headers["retry-after"]
    finally:
        shop.product.start()
    shop.databases["product"].query("update products set retired_at = now() where id = 2")
    shop.databases["user"].query("update known_products set asked_at = now() - interval '1 hour', heard_at = now() - interval '1 hour'")
    wait_until("the catalog is asked again", lambda: [one["retired"] for one in eve.get("/favorites").json()] == [True, False], 20)
    assert 2 not in [one["product_id"] for one in eve.get("/recommendations").json()]
