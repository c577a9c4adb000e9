"""Notifications as staff sees them and sends them again."""

from concurrent.futures import ThreadPoolExecutor

from lib.keys import Keys
from lib.notifications import LATER, confirmed, of_user, publish, rows, staff, wait_for_status
from lib.process import wait_until


def test_staff_see_what_was_sent_in_pages(service_factory):
    service = service_factory("notification")
    ids = [publish(service, confirmed(n))["id"] for n in range(1, 8)]
    wait_for_status(service, "recorded", 7)
    client = staff(service)
    everything = client.get("/api/notifications")
    assert everything.status == 200 and "link" not in everything.headers
    assert [n["event_id"] for n in everything.json()] == ids[::-1]
    first = everything.json()[0]
    assert {**first, "created_at": ""} == {
        "id": first["id"], "event_id": ids[-1], "kind": "order.confirmed", "about": "order/7",
        "user_id": 1, "to": {"name": "Alice", "email": "alice@example.com"}, "status": "recorded", "attempts": 0,
        "created_at": ""}
    assert client.get(f"/api/notifications/{first['id']}").json() == first
    seen, path = [], "/api/notifications?limit=3"
    while path:
        answer = client.get(path)
        seen += [n["event_id"] for n in answer.json()]
        if len(seen) == 3:
            publish(service, confirmed(99))  # newer: does not shift the pages
            wait_for_status(service, "recorded", 8)
        path = answer.headers["link"].split(">")[0][1:] if "link" in answer.headers else None
    assert seen == ids[::-1]
    assert len(client.get("/api/notifications?status=recorded").json()) == 8
    assert client.get("/api/notifications?status=sent").json() == []


def test_staff_send_again(mailing, sink):
    client = staff(mailing)
    publish(mailing, confirmed())
    first, = wait_for_status(mailing, "sent")
    path = f"/api/notifications/{first['id']}/resend"
    answer = client.post(path, headers={"Idempotency-Key": "k1"})
    assert answer.status == 201, answer.text
    again = answer.json()
    assert again["resend_of"] == int(first["id"]) and again["kind"] == "order.confirmed"
    assert answer.headers["location"] == f"/api/notifications/{again['id']}"
    wait_for_status(mailing, "sent", 2)
    repeated = client.post(path, headers={"Idempotency-Key": "k1"})
    assert repeated.status == 201 and repeated.json()["id"] == again["id"]
    assert len(rows(mailing)) == 2
    assert client.get(answer.headers["location"]).json() == repeated.json()
    # One that was sent again can be sent again: it stays one family.
    third = client.post(f"/api/notifications/{again['id']}/resend").json()
    assert third["resend_of"] == int(first["id"])
    wait_for_status(mailing, "sent", 3)
    assert len({mail["Message-ID"] for mail in sink.mails}) == 3
    assert len({mail["Subject"] for mail in sink.mails}) == 1
    # A key belongs to one user and one mail.
    publish(mailing, confirmed(18))
    other = wait_for_status(mailing, "sent", 4)[-1]
    reused = client.post(f"/api/notifications/{other['id']}/resend", headers={"Idempotency-Key": "k1"})
    assert reused.status == 422 and reused.json()["errors"][0]["field"] == "Idempotency-Key"
    colleague = mailing.api.bearer(mailing.keys.access_token(10, "admin"))
    assert colleague.post(f"/api/notifications/{other['id']}/resend", headers={"Idempotency-Key": "k1"}).status == 201
    wait_for_status(mailing, "sent", 5)
    # The quickest sends it, the others get 409.
    sink.hold("RCPT")
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda _: client.post(f"/api/notifications/{other['id']}/resend").status, range(6)))
    assert sorted(statuses) == [201] + [409] * 5
    sink.release()
    wait_for_status(mailing, "sent", 6)


def test_a_refused_resend_is_409_with_the_state(mailing, service_factory, sink):
    client = staff(mailing)
    publish(mailing, of_user("user.password_reset_requested", token="t0ken", expires_at=LATER))
    token, = wait_for_status(mailing, "sent")
    refused = client.post(f"/api/notifications/{token['id']}/resend")
    assert refused.status == 409 and refused.json()["state"] == "sent" and "token" in refused.json()["detail"]
    sink.replies["RCPT"] = "550 no such person"
    publish(mailing, confirmed())
    failed = wait_until("a failure", lambda: [r for r in rows(mailing) if r["status"] == "failed"])[0]
    sink.replies["RCPT"] = "450 later"
    assert client.post(f"/api/notifications/{failed['id']}/resend").status == 201
    for path in (failed["id"], int(failed["id"]) + 1):
        refused = client.post(f"/api/notifications/{path}/resend")
        assert refused.status == 409 and refused.json()["state"] in ("pending", "sending"), refused.text
    recording = service_factory("notification")
    publish(recording, confirmed())
    recorded, = wait_for_status(recording, "recorded")
    refused = staff(recording).post(f"/api/notifications/{recorded['id']}/resend")
    assert refused.status == 409 and refused.json()["state"] == "recorded"
    for path, status in [("/api/notifications/999", 404), ("/api/notifications/0", 400), ("/api/notifications/x", 400),
                         ("/api/notifications/99999999999999999999", 400)]:
        assert client.get(path).status == status, path
        assert client.post(path + "/resend").status == status, path
    for key in ("", "a b", "k" * 256):
        bad = client.post(f"/api/notifications/{failed['id']}/resend", headers={"Idempotency-Key": key})
        assert bad.status == 400 and bad.json()["errors"][0]["field"] == "Idempotency-Key"


def test_bad_queries_are_named(service_factory):
    service = service_factory("notification")
    for query, field in [("limit=0", "?limit"), ("limit=201", "?limit"), ("limit=x", "?limit"), ("limit=", "?limit"),
                         ("limit=-1", "?limit"), ("cursor=x", "?cursor"), ("cursor=", "?cursor"),
                         ("cursor=" + "A" * 500, "?cursor"), ("status=lost", "?status"), ("status=%27", "?status")]:
        answer = staff(service).get(f"/api/notifications?{query}")
        assert answer.status == 400, (query, answer.text)
        assert answer.json()["errors"][0]["field"] == field


def test_only_staff_see_notifications(service_factory):
    for access in ("Open", "Authenticated"):
        service = service_factory("notification", {"access": access})
        api, keys = service.api, service.keys
        assert api.get("/api/notifications").status == 401
        assert api.bearer(keys.access_token(1)).get("/api/notifications").status == 403
        assert api.post("/api/notifications/1/resend").status == 401
        assert api.bearer(keys.access_token(1)).post("/api/notifications/1/resend").status == 403
        assert api.bearer(keys.access_token(1, "staff")).get("/api/notifications").status == 200
        assert api.bearer(keys.access_token(1, "admin")).get("/api/notifications").status == 200
        forged = Keys(service.folder / "forger").access_token(1, "admin")
        assert api.bearer(forged).get("/api/notifications").status == 401
