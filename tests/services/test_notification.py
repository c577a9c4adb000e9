"""The notification service: from events on a real RabbitMQ to mails in a real SMTP server."""

import json
import uuid

import pytest
from lib.keys import Keys
from lib.process import free_port, wait_until
from lib.smtp import Certificate, Sink

FROM = "The Shop <shop@example.com>"


def mail_config(port, **changes):
    config = {"email.host": "127.0.0.1", "email.port": port, "email.from": FROM, "email.tls": "none",
              "email.timeout": "5s", "email.retry_first": "50ms", "email.retry_limit": "200ms", "email.attempts": 1000}
    return {**config, **{f"email.{key}": value for key, value in changes.items()}}


@pytest.fixture
def sink():
    with Sink() as server:
        yield server


@pytest.fixture
def mailing(service_factory, sink):
    return service_factory("notification", mail_config(sink.port))


def confirmed(order=17, name="Alice", address="alice@example.com", event_id=None, product="Laptop", **changes):
    price = {"minor": 99999, "currency": "USD"}
    data = {"order_id": order, "user": {"id": 1, "name": name, "email": address}, "total": price,
            "lines": [{"product_id": 1, "name": product, "quantity": 1, "unit_price": price}]}
    return {"specversion": "1.0", "id": event_id or str(uuid.uuid4()), "source": "/shopkeeper/order",
            "type": "order.confirmed", "subject": f"order/{order}", "time": "2026-01-31T12:00:00.000Z",
            "datacontenttype": "application/json", "data": {**data, **changes}}


def publish(service, event):
    """Also to a service that has only just started: until it has bound its queue, nobody takes the event."""
    text = json.dumps(event)
    wait_until("a queue for the event", lambda: (service.vhost.publish(event["type"], text) or {}).get("routed"), 30)
    return event


def rows(service):
    columns = ("event_id", "kind", "about", "recipient_email", "status", "attempts", "last_error")
    return [dict(zip(columns, row)) for row in
            service.database.query(f"select {', '.join(columns)} from notifications order by id")]


def wait_for_status(service, status, count=1, timeout=15):
    def check():
        found = rows(service)
        return found if [r["status"] for r in found] == [status] * count else None
    try:
        return wait_until(f"{count} x {status}", check, timeout)
    except TimeoutError:
        raise AssertionError(f"not {count} x {status} but {rows(service)}") from None


def staff(service):
    return service.api.bearer(service.keys.access_token(9, "staff"))


def wait_handled(service, total, result="done"):
    """Until so many deliveries were handled: then what they led to can be looked at."""
    wait_until(f"{total} deliveries {result}",
               lambda: (service.metric("events_consumed_total", result=result) or 0) >= total, 30)


def test_without_a_mail_server_it_is_recorded(service_factory):
    service = service_factory("notification")
    event = publish(service, confirmed())
    row, = wait_for_status(service, "recorded")
    assert row == {"event_id": event["id"], "kind": "order.confirmed", "about": "order/17",
                   "recipient_email": "alice@example.com", "status": "recorded", "attempts": "0", "last_error": ""}


def test_a_confirmed_order_leads_to_a_mail(mailing, sink):
    event = publish(mailing, confirmed(name="Zoë <b>", product='27" <Screen>'))
    wait_for_status(mailing, "sent")
    mail, = sink.mails
    assert (mail.sender, mail.recipients) == ("shop@example.com", ["alice@example.com"])
    assert mail["From"] == "The Shop <shop@example.com>"
    assert mail["To"].addresses[0].display_name == "Zoë <b>"
    assert mail["Subject"] == "Your order 17 is confirmed"
    assert mail["Message-ID"] == f"<{event['id']}@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",)).get_content()
    assert "Hello Zoë <b>," in text and '1 x 27" <Screen>, 999.99 USD each' in text and "Total: 999.99 USD" in text
    page = mail.get_body(("html",)).get_content()
    assert "Zoë &lt;b&gt;" in page and "27&quot; &lt;Screen&gt;" in page and "<Screen>" not in page
    assert mailing.metric("notification_mails_total", result="accepted") == 1


def test_nobody_injects_headers_or_recipients(mailing, sink):
    evil = "Eve\r\nBcc: all@example.org\r\n\r\nhello"
    publish(mailing, confirmed(1, name=evil, product=evil))
    wait_for_status(mailing, "sent")
    mail, = sink.mails
    assert mail.recipients == ["alice@example.com"]
    assert "Bcc" not in mail
    assert b"all@example.org" not in mail.raw.split(b"\r\n\r\n")[0]
    for address in ("eve@example.com>\r\nRCPT TO:<all@example.org", "eve@example.com, all@example.org", "eve", "\"e\"@x y"):
        publish(mailing, confirmed(2, address=address))
        wait_until("it to be refused", lambda: mailing.vhost.take("notification.events.dead") or None)
    assert len(sink.mails) == 1 and len(rows(mailing)) == 1


def test_an_event_that_comes_again_is_one_mail(mailing, sink):
    event = confirmed()
    for _ in range(10):
        publish(mailing, event)
    wait_handled(mailing, 10)
    wait_for_status(mailing, "sent")
    assert len(sink.mails) == 1


def test_two_replicas_send_each_mail_once(service_factory, sink):
    service = service_factory("notification", mail_config(sink.port))
    other = service_factory("notification", mail_config(sink.port), start=False)
    other.env = service.env
    other.start()
    events = [publish(service, confirmed(n)) for n in range(60)]
    wait_for_status(service, "sent", 60, 60)
    assert sorted(m["Message-ID"] for m in sink.mails) == sorted(f"<{e['id']}@example.com>" for e in events)
    assert min(s.metric("notification_mails_total", result="accepted") or 0 for s in (service, other)) > 0


def test_a_mail_waits_for_a_server_that_is_away(service_factory):
    port = free_port()
    service = service_factory("notification", mail_config(port))
    publish(service, confirmed())
    wait_until("several tries", lambda: [r for r in rows(service) if int(r["attempts"]) >= 3])
    listed, = staff(service).get("/api/notifications").json()
    assert listed["status"] in ("pending", "sending") and "onnect" in listed["last_error"]
    with Sink(port) as sink:
        wait_for_status(service, "sent")
        assert len(sink.mails) == 1
    listed, = staff(service).get("/api/notifications").json()
    assert "last_error" not in listed and listed["sent_at"] and listed["attempts"] >= 4


def test_a_server_that_refuses_for_now_is_asked_again(mailing, sink):
    replies = ["451 later", "421 closing", None]
    sink.replies["DATA"] = lambda: replies.pop(0)
    publish(mailing, confirmed())
    row, = wait_for_status(mailing, "sent")
    assert row["attempts"] == "3" and len(sink.mails) == 1
    assert mailing.metric("notification_mails_total", result="failed") == 2


def test_greylisting_is_waited_for(mailing, sink):
    replies = ["450 greylisted", "450 greylisted"]
    sink.replies["RCPT"] = lambda: replies.pop(0) if replies else None
    publish(mailing, confirmed())
    wait_for_status(mailing, "sent")
    assert len(sink.mails) == 1


def test_a_server_that_refuses_for_good_is_believed(mailing, sink):
    sink.replies["RCPT"] = "550 no such person"
    publish(mailing, confirmed())
    row, = wait_for_status(mailing, "failed")
    assert row["attempts"] == "1" and "550" in row["last_error"] and not sink.mails
    sink.replies.clear()
    publish(mailing, confirmed(18))
    wait_until("the next to go", lambda: len(sink.mails) == 1)


def test_it_gives_up_in_the_end(service_factory):
    service = service_factory("notification", mail_config(free_port(), attempts=3))
    publish(service, confirmed())
    row, = wait_for_status(service, "failed")
    assert row["attempts"] == "3" and row["last_error"]


def test_a_mail_that_may_have_been_taken_is_not_sent_again(mailing, sink):
    sink.hang_up_after_data = True
    publish(mailing, confirmed())
    row, = wait_for_status(mailing, "uncertain")
    assert row["attempts"] == "1" and len(sink.mails) == 1
    sink.hang_up_after_data = False
    publish(mailing, confirmed(18))
    wait_until("the next to go", lambda: len(sink.mails) == 2)
    assert [r["status"] for r in rows(mailing)][0] == "uncertain"


def lapse(service):
    """What time would do: the claim of a sender that died runs out."""
    service.database.query("update notifications set claimed_until = now() - interval '1 s' where status = 'sending'")


def test_killed_before_handing_over_it_is_sent_after_all(mailing, sink):
    sink.hold("RCPT")
    publish(mailing, confirmed())
    assert sink.held.wait(15)
    mailing.kill()
    sink.release()
    lapse(mailing)
    mailing.start()
    row, = wait_for_status(mailing, "sent", timeout=20)
    assert row["attempts"] == "2" and len(sink.mails) == 1


def test_killed_after_handing_over_it_is_not_sent_again(mailing, sink):
    sink.hold("TAKEN")
    publish(mailing, confirmed())
    assert sink.held.wait(15)
    mailing.kill()
    sink.release()
    lapse(mailing)
    mailing.start()
    row, = wait_for_status(mailing, "uncertain", timeout=20)
    assert row["attempts"] == "1" and "handed over" in row["last_error"] and len(sink.mails) == 1


def test_a_silent_server_does_not_hold_up_the_end(mailing, sink):
    sink.hold("RCPT")
    publish(mailing, confirmed())
    assert sink.held.wait(15)
    assert mailing.stop(timeout=10) == 0
    sink.release()
    row, = rows(mailing)
    assert row["status"] == "pending", "it goes back for the next one"
    mailing.start()
    wait_for_status(mailing, "sent")
    assert len(sink.mails) == 1


def test_a_server_that_hangs_is_given_up_and_asked_again(service_factory, sink):
    service = service_factory("notification", mail_config(sink.port, timeout="300ms"))
    sink.hold("RCPT")
    publish(service, confirmed())
    wait_until("a try that timed out", lambda: [r for r in rows(service) if "imed out" in r["last_error"]])
    sink.release()
    wait_for_status(service, "sent")
    assert len(sink.mails) == 1


def test_starttls_and_login(service_factory, tmp_path):
    certificate = Certificate(tmp_path)
    with Sink(login=("shop", "geheim"), tls=certificate) as sink:
        service = service_factory("notification", mail_config(
            sink.port, tls="starttls", username="shop", ca_file=certificate.file), env={"SHOPKEEPER_EMAIL_PASSWORD": "geheim"})
        publish(service, confirmed())
        wait_for_status(service, "sent")
        assert sink.mails[0].tls and sink.logins == ["shop"]
        assert "geheim" not in service.log()


def test_tls_is_not_given_up_silently(service_factory, sink, tmp_path):
    plain = service_factory("notification", mail_config(sink.port, tls="starttls", attempts=2))
    publish(plain, confirmed())
    wait_for_status(plain, "failed")
    with Sink(tls=Certificate(tmp_path)) as strange:
        untrusting = service_factory("notification", mail_config(strange.port, tls="starttls", attempts=2))
        publish(untrusting, confirmed())
        row, = wait_for_status(untrusting, "failed")
        assert "ertificate" in row["last_error"] and not strange.mails
    assert not sink.mails


def test_a_wrong_password_is_told_and_can_be_mended(service_factory, tmp_path):
    certificate = Certificate(tmp_path)
    with Sink(login=("shop", "geheim"), tls=certificate) as sink:
        service = service_factory("notification", mail_config(
            sink.port, tls="starttls", username="shop", password="falsch", ca_file=certificate.file))
        publish(service, confirmed())
        wait_until("the refusal", lambda: [r for r in rows(service) if "535" in r["last_error"]])
        service.stop()
        service.config["email.password"] = "geheim"
        service.start()
        wait_for_status(service, "sent")
        assert len(sink.mails) == 1


def test_what_cannot_be_a_mail_is_put_aside_and_holds_nobody_up(service_factory):
    service = service_factory("notification")
    bad = confirmed()
    del bad["data"]["user"]
    publish(service, bad)
    service.vhost.publish("order.confirmed", "this is no event")
    service.vhost.publish("order.confirmed", json.dumps({"specversion": "1.0"}))
    good = publish(service, confirmed(18))
    row, = wait_for_status(service, "recorded")
    assert row["event_id"] == good["id"]
    dead = []
    wait_until("all three in the dead-letter queue",
               lambda: (dead.extend(service.vhost.take("notification.events.dead")), len(dead) == 3)[1])


def test_the_database_away_loses_nothing(service_factory, postgres, sink):
    service = service_factory("notification", mail_config(sink.port))
    postgres.stop()
    try:
        event = publish(service, confirmed())
    finally:
        postgres.start()
    row, = wait_for_status(service, "sent", timeout=40)
    assert row["event_id"] == event["id"] and len(sink.mails) == 1


def test_the_broker_away_loses_nothing(service_factory, sink):
    service = service_factory("notification", mail_config(sink.port))
    publish(service, confirmed(1))
    wait_until("its connections to be cut", service.vhost.cut)
    wait_until("the consumer to be back", lambda: (service.vhost.queue("notification.events") or {}).get("consumers"), 30)
    publish(service, confirmed(2))
    wait_for_status(service, "sent", 2, timeout=30)
    assert len(sink.mails) == 2


def test_staff_see_what_was_sent_in_pages(service_factory):
    service = service_factory("notification")
    ids = [publish(service, confirmed(n))["id"] for n in range(7)]
    wait_for_status(service, "recorded", 7)
    client = staff(service)
    everything = client.get("/api/notifications")
    assert everything.status == 200 and "link" not in everything.headers
    assert [n["event_id"] for n in everything.json()] == ids[::-1]
    first = everything.json()[0]
    assert {**first, "created_at": ""} == {
        "id": first["id"], "event_id": ids[-1], "kind": "order.confirmed", "about": "order/6",
        "to": {"name": "Alice", "email": "alice@example.com"}, "status": "recorded", "attempts": 0, "created_at": ""}
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
        assert api.bearer(keys.access_token(1, "staff")).get("/api/notifications").status == 200
        assert api.bearer(keys.access_token(1, "admin")).get("/api/notifications").status == 200
        forged = Keys(service.folder / "forger").access_token(1, "admin")
        assert api.bearer(forged).get("/api/notifications").status == 401


def test_wrong_configuration_is_78_and_names_the_key(service_factory):
    good = mail_config(25)
    for changes, key in [({"email.from": ""}, "email.from"), ({"email.from": "nobody"}, "email.from"),
                         ({"email.from": "a@x.org\r\nBcc: b@x.org"}, "email.from"), ({"email.port": 70000}, "email.port"),
                         ({"email.port": "smtp"}, "email.port"), ({"email.tls": "ssl"}, "email.tls"),
                         ({"email.host": "smtp://mail"}, "email.host"), ({"email.username": "u"}, "email.password"),
                         ({"email.host": "mail.example.com", "email.username": "u", "email.password": "geheim"}, "email.tls"),
                         ({"email.timeout": "soon"}, "email.timeout"), ({"email.attempts": 0}, "email.attempts"),
                         ({"email.sender": "x"}, "email.sender")]:
        done = service_factory("notification", {**good, **changes}, start=False).run("check-config", check=False)
        assert done.returncode == 78 and key in done.stderr, (changes, done.stderr)
        assert "geheim" not in done.stderr
