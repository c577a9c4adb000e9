"""Following an order: what has happened, then what does, from any replica, nothing twice and nothing left out."""

import json
import threading

import pytest
from lib.event_stream import EventStream
from lib.process import wait_until

WATCH_SPACE = 0x73687761
_RECORD = """
  with written as (insert into order_history (order_id, type, data) values ({id}, '{type}', '{data}'))
  select pg_notify('order_history', '{id}') where not pg_try_advisory_xact_lock({space}, {id} % 256);"""


@pytest.fixture(scope="module")
def shop(running_shop):
    """With few streams for each user, so that the limit can be reached."""
    limits = {"tracking.streams_per_user": 3, "tracking.streams": 40}
    with running_shop(services=("user", "product", "order"), config={"order": limits}) as made:
        made.second = made.replica("order")
        yield made


def place(shop, user=1):
    answer = shop.post("/orders", {"user_id": user, "product": "Tablet"})
    assert answer.status == 201, answer.text
    return answer.json()["order_id"]


def happens(shop, order, kind, state=None, **data):
    """What any replica's code does, in one transaction: the order changes, and the change is recorded."""
    change = f"update orders set state = '{state}', reason = 'test' where id = {order};" if state else \
        f"select from orders where id = {order} for update;"
    shop.databases["order"].query("begin;" + change + _RECORD.format(id=order, type=kind, data=json.dumps(data),
                                                                     space=WATCH_SPACE) + "commit;")


def follow(shop, order, user=1, replica=None, last=None, role="customer"):
    client = (replica or shop.order).api
    return EventStream(client.bearer(shop.token(user, role)), f"/api/orders/{order}/events", last)


def recorded(shop, order):
    return [(kind, number) for kind, number in shop.databases["order"].query(
        f"select type, id from order_history where order_id = {order} order by id")]


def got(stream):
    return [(event.type, event.id) for event in stream.events if event.id]


def has(stream, *types):
    return wait_until(f"{types} on the stream", lambda: tuple(stream.types) == types and types)


def test_a_stream_sends_the_history_and_then_changes_by_any_replica(shop):
    order = place(shop)
    with follow(shop, order) as one, follow(shop, order, replica=shop.second) as two:
        for stream in (one, two):
            assert stream.status == 200 and stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-store"
            has(stream, "placed", "confirmed")
        assert one.events == two.events
        confirmed = one.events[1]
        assert confirmed.data["type"] == "confirmed" and confirmed.data["at"].endswith("Z")
        assert (confirmed.data["total"], confirmed.data["currency"]) == (299.99, "USD")
        happens(shop, order, "shipped", carrier="DHL", tracking_number="JD01")
        for stream in (one, two):
            has(stream, "placed", "confirmed", "shipped")
            assert stream.events[2].data["tracking_number"] == "JD01"
            assert not stream.ended
        happens(shop, order, "cancelled", "cancelled")
        for stream in (one, two):
            has(stream, "placed", "confirmed", "shipped", "cancelled", "end")
            assert stream.events[-1].data == {"status": "cancelled"} and stream.events[-1].id == ""
            wait_until("the stream's end", lambda s=stream: s.ended)
        assert got(one) == recorded(shop, order)

        with follow(shop, order, replica=shop.second, last=confirmed.id) as again:
            has(again, "shipped", "cancelled", "end")
        for strange in (2 ** 63 - 1, recorded(shop, place(shop))[0][1]):
            with follow(shop, order, last=strange) as from_another_order:
                has(from_another_order, *one.types)
        assert follow(shop, order, last=one.last_id).status == 204, "there is nothing to come back for"
        happens(shop, order, "refunded", amount={"minor": 999, "currency": "USD"})
        with follow(shop, order, last=one.last_id) as late:
            has(late, "refunded", "end")
            assert late.events[0].data["amount"] == 9.99


def test_a_stream_stays_open_until_an_ended_order_is_settled(shop):
    """The order is rejected, its stock not given back yet: due, until a replica has done it. Settling it is not notified."""
    order = place(shop)
    database = shop.databases["order"]
    database.query(f"update orders set due_at = now() + interval '1 hour' where id = {order}")
    with follow(shop, order) as stream:
        has(stream, "placed", "confirmed")
        database.query(f"update orders set state = 'cancelled', reason = 'test' where id = {order}")
        happens(shop, order, "cancelled", reason="test")
        has(stream, "placed", "confirmed", "cancelled")
        happens(shop, order, "refunded")
        has(stream, "placed", "confirmed", "cancelled", "refunded")
        assert not stream.ended
        database.query(f"update orders set due_at = null where id = {order}")
        has(stream, "placed", "confirmed", "cancelled", "refunded", "end")


def test_streams_are_for_the_owner_and_staff(shop):
    order = place(shop, user=1)
    for other in (follow(shop, order, user=2), follow(shop, 999_999_999, user=2), follow(shop, 999_999_999, user=1)):
        assert other.status == 404
        assert json.loads(other.body)["title"] == "Order not found"
    with follow(shop, order, user=3, role="staff") as staff:
        has(staff, "placed", "confirmed")
    path = f"/api/orders/{order}/events"
    assert shop.get(path).status == 401
    assert shop.get(path, token="x.y.z").status == 401
    assert shop.get("/api/orders/x/events", token=shop.token(1)).status == 400
    for bad in ("x", "-1", "1.5", "99999999999999999999", "1 2", "0x1"):
        answer = shop.get(path, token=shop.token(1), headers={"Last-Event-ID": bad})
        assert answer.status == 400, bad
        assert answer.json()["errors"][0]["field"] == "Last-Event-ID"
    head = shop.request("HEAD", path, token=shop.token(1))
    assert head.status == 200 and head.headers["content-type"].startswith("text/event-stream")
    assert shop.post(path, {}, token=shop.token(1)).status == 405


def test_a_stream_ends_when_its_session_is_revoked(shop):
    order = place(shop)
    stolen = shop.order.api.bearer(shop.token(1, sid="stolen"))
    with follow(shop, order) as own, EventStream(stolen, f"/api/orders/{order}/events", None) as stream:
        has(stream, "placed", "confirmed")
        shop.databases["user"].query("insert into revocations (session_id) values ('stolen')")
        has(stream, "placed", "confirmed", "expired")
        wait_until("the stream's end", lambda: stream.ended)
        happens(shop, order, "shipped")
        has(own, "placed", "confirmed", "shipped")
    assert "shipped" not in stream.types
    with follow(shop, place(shop, user=2), user=77, role="staff") as staff:
        has(staff, "placed", "confirmed")
        shop.databases["user"].query("insert into revocations (user_id, issued_before) values (77, clock_timestamp())")
        has(staff, "placed", "confirmed", "expired")


def open_streams(shop):
    # Gauges are set a second apart at most.
    return shop.order.metric("order_event_streams")


def locks_held(shop):
    return int(shop.databases["order"].value(
        f"select count(*) from pg_locks where locktype = 'advisory' and classid = {WATCH_SPACE} and database = "
        "(select oid from pg_database where datname = current_database())"))


def test_streams_are_limited_until_others_close(shop):
    wait_until("no stream", lambda: open_streams(shop) == 0)
    order = place(shop)
    mine = [follow(shop, order) for _ in range(3)]
    try:
        assert [stream.status for stream in mine] == [200] * 3
        refused = follow(shop, order)
        assert refused.status == 429 and int(refused.headers["retry-after"]) >= 1
        assert json.loads(refused.body)["status"] == 429
        with follow(shop, order, user=2, role="staff") as other:
            assert other.status == 200, "one user's streams are not another's"
        others = [follow(shop, order, user=10 + n // 3, role="staff") for n in range(40 - 3)]
        mine += others
        wait_until("all places taken", lambda: [s.status for s in mine].count(200) == 40 or follow(
            shop, order, user=99, role="staff").status == 503)
        refused = follow(shop, order, user=98, role="staff")
        assert refused.status == 503 and int(refused.headers["retry-after"]) >= 1
    finally:
        for stream in mine:
            stream.close()
    wait_until("all places back", lambda: open_streams(shop) == 0)
    wait_until("no writer notifies", lambda: locks_held(shop) == 0)
    with follow(shop, order) as stream:
        has(stream, "placed", "confirmed")


def test_a_token_that_expires_ends_the_stream(shop):
    order = place(shop)
    client = shop.order.api.bearer(shop.token(1, lifetime=3))
    with EventStream(client, f"/api/orders/{order}/events") as stream:
        assert stream.status == 200
        wait_until("the stream's end", lambda: stream.ended)
        assert stream.types == ["placed", "confirmed", "expired"]


def test_a_stream_resumes_at_another_replica(shop):
    order = place(shop)
    dying = shop.replica("order")
    with follow(shop, order, replica=dying) as stream:
        has(stream, "placed", "confirmed")
        happens(shop, order, "note", n=1)
        has(stream, "placed", "confirmed", "note")
        dying.kill()
        wait_until("the stream's end", lambda: stream.ended)
    happens(shop, order, "note", n=2)
    with follow(shop, order, replica=shop.second, last=stream.last_id) as again:
        wait_until("what it missed", lambda: len(again.events) == 1)
        happens(shop, order, "note", n=3)
        wait_until("what comes", lambda: len(again.events) == 2)
        assert got(stream) + got(again) == recorded(shop, order)


def test_each_entry_is_sent_once_while_connections_are_killed(shop):
    """Changes of four orders in a hurry, followed at both replicas, some from the middle; all backends killed twice meanwhile."""
    orders = [place(shop) for _ in range(4)]
    database = shop.databases["order"]
    failures = []

    def change(order):
        for n in range(25):
            try:
                happens(shop, order, "note", n=n)
            except Exception as error:  # pylint: disable=broad-except
                # Killed with the others, and then it has happened or not: the table says.
                failures.append(error)

    threads = [threading.Thread(target=change, args=(order,)) for order in orders]
    streams = []
    try:
        for thread in threads:
            thread.start()
        for number, order in enumerate(orders):
            for replica in (shop.order, shop.second):
                streams.append((order, 0, follow(shop, order, user=20 + number, replica=replica, role="staff")))
            middle = recorded(shop, order)[-1][1]
            streams.append((order, int(middle), follow(shop, order, user=20 + number, last=middle, role="staff")))
            if number % 2:
                database.cut()
        for thread in threads:
            thread.join(60)
        assert len(failures) < 90, failures[0]
        for order in orders:
            happens(shop, order, "note", n="last")
        expected = {order: recorded(shop, order) for order in orders}
        for order, after, stream in streams:
            assert stream.status == 200, stream.body
            want = [row for row in expected[order] if int(row[1]) > after]
            wait_until(f"all of order {order} after {after}", lambda s=stream, w=want: len(got(s)) >= len(w))
            assert got(stream) == want
    finally:
        for _, _, stream in streams:
            stream.close()


def test_an_order_is_followed_while_it_waits_for_its_stock(shop_factory):
    """The saga's own changes reach a follower at another replica."""
    shop = shop_factory()
    shop.product.stop()
    answer = shop.post("/orders", {"user_id": 1, "product": "Tablet"})
    assert answer.status == 202
    order = answer.json()["order_id"]
    with follow(shop, order) as stream:
        has(stream, "placed")
        shop.product.start()
        has(stream, "placed", "confirmed")
        stopping = shop.order.stop()
        assert stopping == 0, "streams do not hold a service that is to stop"
        wait_until("the stream's end", lambda: stream.ended)
