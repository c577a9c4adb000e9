"""The notification service: from events on a real RabbitMQ to mails in a real SMTP server."""

import json

from lib.notifications import (LATER, confirmed, event, mail_config, of_order, of_user, publish, rows, staff, wait_for_status,
                               wait_handled)
from lib.process import wait_until


def dead_letters(service, count):
    """The messages in the dead-letter queue, once they are so many."""
    dead = []
    wait_until(f"{count} dead letters",
               lambda: (dead.extend(service.vhost.take("notification.events.dead")), len(dead) >= count)[1], 30)
    assert len(dead) == count
    return dead


def test_without_a_mail_server_it_is_recorded(service_factory):
    service = service_factory("notification")
    event = publish(service, confirmed())
    row, = wait_for_status(service, "recorded")
    assert row == {"id": "1", "event_id": event["id"], "kind": "order.confirmed", "about": "order/17",
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


def test_headers_and_recipients_cannot_be_injected(mailing, sink):
    evil = "Eve\r\nBcc: all@example.org\r\n\r\nhello"
    publish(mailing, confirmed(1, name=evil, product=evil))
    wait_for_status(mailing, "sent")
    mail, = sink.mails
    assert mail.recipients == ["alice@example.com"]
    assert "Bcc" not in mail
    assert b"all@example.org" not in mail.raw.split(b"\r\n\r\n")[0]
    for address in ("eve@example.com>\r\nRCPT TO:<all@example.org", "eve@example.com, all@example.org", "eve", "\"e\"@x y"):
        publish(mailing, confirmed(2, address=address))
        dead_letters(mailing, 1)
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
    events = [publish(service, confirmed(n)) for n in range(1, 61)]
    wait_for_status(service, "sent", 60, 60)
    assert sorted(m["Message-ID"] for m in sink.mails) == sorted(f"<{e['id']}@example.com>" for e in events)
    assert min(s.metric("notification_mails_total", result="accepted") or 0 for s in (service, other)) > 0


def test_events_that_cannot_be_mailed_are_dead_lettered_and_block_nothing(service_factory):
    service = service_factory("notification")
    bad = confirmed()
    del bad["data"]["user"]
    publish(service, bad)
    service.vhost.publish("order.confirmed", "this is no event")
    service.vhost.publish("order.confirmed", json.dumps({"specversion": "1.0"}))
    good = publish(service, confirmed(18))
    row, = wait_for_status(service, "recorded")
    assert row["event_id"] == good["id"]
    dead_letters(service, 3)


def test_replicas_killed_in_between_neither_lose_nor_double(service_factory):
    """kill -9 while events are handled together, some of them twice in the queue and some that cannot be read."""
    service = service_factory("notification")
    other = service_factory("notification", start=False)
    other.env = service.env
    other.start()
    good = [confirmed(n) for n in range(1, 201)]
    unreadable = [confirmed() for _ in range(4)]
    for message in unreadable:
        del message["data"]["user"]
    queue = [*good, *good[::10]]
    queue[30:30], queue[90:90] = unreadable[:2], unreadable[2:]
    for n, message in enumerate(queue):
        publish(service, message)
        if n % 50 == 25:
            victim = (service, other)[n // 50 % 2]
            victim.kill()
            victim.start(ready=False)
    wait_until("all of them", lambda: len(rows(service)) >= len(good), 30)
    dead = [json.loads(message["payload"])["id"] for message in dead_letters(service, len(unreadable))]
    assert sorted(dead) == sorted(e["id"] for e in unreadable)
    assert sorted(r["event_id"] for r in rows(service)) == sorted(e["id"] for e in good)


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


USD5 = {"minor": 500, "currency": "USD"}
LINES = [{"product_id": 1, "name": "Laptop", "quantity": 2}]
MAILS = [  # an event, the subject of its mail, and what else is in it
    (of_order("order.rejected", lines=LINES, reason="insufficient_stock"), "Your order 17 could not be placed", "in stock"),
    (of_order("order.cancelled", lines=LINES, reason="cancelled_by_customer", refunded=USD5), "Your order 17 is cancelled",
     "We have refunded 5.00 USD."),
    (of_order("order.shipped", carrier="DHL", tracking_number="00340434"), "Your order 17 is on its way", "00340434"),
    (of_order("order.delivered", lines=LINES), "Your order 17 was delivered", "2 x Laptop"),
    (of_order("order.refunded", amount=USD5, refunded_total=USD5, total=USD5, reason="damaged"),
     "A refund for your order 17", "5.00 USD"),
    (of_user("user.registered", kind="account"), "Welcome", "https://shop.example.com/"),
    (of_user("user.verification_requested", token="t0ken-a", expires_at=LATER), "Please confirm your e-mail address",
     "https://shop.example.com/#/verify-email?token=t0ken-a\n"),
    (of_user("user.password_reset_requested", token="t0ken-b", expires_at=LATER), "Set a new password",
     "https://shop.example.com/#/reset-password?token=t0ken-b\n"),
    (of_user("user.registration_repeated"), "You have an account already", "with this e-mail address"),
    (of_user("user.password_changed"), "Your password was changed", "at once"),
    (of_user("user.email_changed"), "Your e-mail address was changed", "at once"),
]


def test_each_kind_of_event_leads_to_its_mail_and_tokens_do_not_stay(service_factory, sink):
    service = service_factory("notification", {**mail_config(sink.port), "public_url": "https://shop.example.com/"})
    publish(service, of_user("user.registered", kind="guest"))  # has no account to be welcomed to
    for message, _, _ in MAILS:
        publish(service, message)
    service.vhost.publish("order.exploded", json.dumps(event("order.exploded", {})))  # nobody's
    wait_for_status(service, "sent", len(MAILS))
    by_id = {mail["Message-ID"].split("@")[0][1:]: mail for mail in sink.mails}
    for message, subject, words in MAILS:
        mail = by_id[message["id"]]
        assert mail["Subject"] == subject and mail["To"].addresses[0].addr_spec == "alice@example.com"
        assert mail.get_content_type() == "multipart/alternative"
        text, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        assert words in text, text
        assert "Hello Alice," in text and "<p>Hello Alice,</p>" in page and "{{" not in text + page
        assert service.metric("notification_mails_total", kind=message["type"], result="accepted") == 1
    # Tokens are in the mails and nowhere else.
    assert service.database.value("select count(*) from notifications where data::text like '%t0ken%'") == "0"
    assert "t0ken" not in service.log() and "t0ken" not in staff(service).get("/api/notifications").text
    assert service.metric("notification_mails_waiting") is not None
    assert service.metric("notification_mails_oldest_seconds") is not None
    assert service.metric("notification_mail_duration_seconds_count") == len(MAILS)


def test_tokens_are_mailed_in_time_or_not_at_all(service_factory, sink):
    service = service_factory("notification", mail_config(sink.port))
    publish(service, of_user("user.password_reset_requested", token="t0ken-x", expires_at="2020-01-31T12:00:00Z"))
    row, = wait_for_status(service, "failed")
    assert "expired" in row["last_error"] and not sink.mails
    sink.replies["RCPT"] = "550 no such person"
    publish(service, of_user("user.verification_requested", token="t0ken-y"))
    wait_for_status(service, "failed", 2)
    recording = service_factory("notification")
    publish(recording, of_user("user.verification_requested", token="t0ken-z"))
    wait_for_status(recording, "recorded")
    for each in (service, recording):
        assert each.database.value("select count(*) from notifications where data::text like '%t0ken%'") == "0"
        assert "t0ken" not in each.log()


def test_an_erased_users_mails_are_cancelled_and_anonymous(mailing, sink):
    publish(mailing, confirmed(1))
    publish(mailing, confirmed(2, user=2, name="Bob", address="bob@example.com"))
    wait_for_status(mailing, "sent", 2)
    sink.replies["RCPT"] = "450 later"
    publish(mailing, confirmed(3))
    wait_until("a try", lambda: [r for r in rows(mailing) if "450" in r["last_error"]])
    sink.hold("RCPT")
    assert sink.held.wait(15)  # order 3 is being sent
    erased = event("user.erased", {"user_id": 1}, "user/1")
    publish(mailing, erased)
    wait_until("the erasure", lambda: mailing.database.query("select user_id from erased_users"))
    sink.replies.clear()
    sink.release()
    publish(mailing, confirmed(4))  # late
    publish(mailing, confirmed(4, name="", address=""))  # as the order service publishes it after the erasure
    publish(mailing, erased)  # again
    publish(mailing, confirmed(5, user=2, name="Bob", address="bob@example.com"))
    wait_until("Bob's second mail", lambda: rows(mailing)[-1]["status"] == "sent")
    listed = staff(mailing).get("/api/notifications").json()[::-1]
    assert [(n["about"], n["to"]["name"], n["status"]) for n in listed] == [
        ("order/1", "", "sent"), ("order/2", "Bob", "sent"), ("order/3", "", "cancelled"), ("order/5", "Bob", "sent")]
    assert sorted(m["Subject"].split()[2] for m in sink.mails) == ["1", "2", "5"]
    assert not mailing.vhost.take("notification.events.dead")
    everything = mailing.database.query("select n::text from notifications n where user_id = 1")
    assert everything and "lice" not in str(everything) and "Laptop" not in str(everything)
    refused = staff(mailing).post(f"/api/notifications/{listed[0]['id']}/resend")
    assert refused.status == 409 and refused.json()["state"] == "sent", refused.text


def test_pending_mails_go_to_the_changed_address(mailing, sink):
    sink.replies["RCPT"] = "450 later"
    publish(mailing, confirmed(1))
    publish(mailing, confirmed(2, user=2, name="Bob", address="bob@example.com"))
    publish(mailing, of_user("user.verification_requested", token="t0ken", expires_at=LATER))
    publish(mailing, of_user("user.changed", name="Alice B", address="new@example.com"))
    wait_handled(mailing, 4)
    tries = [int(row["attempts"]) for row in rows(mailing)]
    wait_until("tries that began after that", lambda: all(
        int(row["attempts"]) >= before + 2 for row, before in zip(rows(mailing), tries)))
    sink.replies.clear()
    wait_for_status(mailing, "sent", 3)
    # What confirms an address goes to that address.
    assert sorted(m.recipients[0] for m in sink.mails) == ["alice@example.com", "bob@example.com", "new@example.com"]


def test_user_events_without_a_user_are_dead_lettered(service_factory):
    service = service_factory("notification")
    bad = [event("user.erased", {}), event("user.erased", {"user_id": "1"}), event("user.erased", {"user_id": -1}),
           event("user.changed", {"user_id": 1, "name": "A"}), of_user("user.changed", address="a b"),
           of_user("user.verification_requested"), of_user("user.password_changed", address="x\r\nRCPT TO:<b@x.org>"),
           event("user.erased", None), event("order.shipped", {"order_id": 1}), event("order.refunded", [])]
    for message in bad:
        publish(service, message)
    dead_letters(service, len(bad))
    assert rows(service) == []


def test_wrong_configuration_is_78_and_names_the_key(service_factory):
    service = service_factory("notification", mail_config(25), start=False)
    base = service.config
    for changes, key in [({"email.from": ""}, "email.from"), ({"email.from": "nobody"}, "email.from"),
                         ({"email.from": "a@x.org\r\nBcc: b@x.org"}, "email.from"), ({"email.port": 70000}, "email.port"),
                         ({"email.port": "smtp"}, "email.port"), ({"email.tls": "ssl"}, "email.tls"),
                         ({"email.host": "smtp://mail"}, "email.host"), ({"email.username": "u"}, "email.password"),
                         ({"email.host": "mail.example.com", "email.username": "u", "email.password": "geheim"}, "email.tls"),
                         ({"email.host": "mail/x"}, "email.host"), ({"email.password": "geheim"}, "email.password"),
                         ({"email.retry_first": "1h"}, "email.retry_limit"), ({"email.timeout": "soon"}, "email.timeout"), ({"email.attempts": 0}, "email.attempts"),
                         ({"public_url": "shop.example.com"}, "public_url"), ({"email.sender": "x"}, "email.sender")]:
        service.config = {**base, **changes}
        done = service.run("check-config", check=False)
        assert done.returncode == 78 and key in done.stderr, (changes, done.stderr)
        assert "geheim" not in done.stderr
    service.config = base
    for variable, key in [("DATABASE_URL", "database.url"), ("AMQP_URL", "messaging.url")]:
        for password in ("ge@heim", "ge/heim", "ge?heim"):
            good_env, service.env = service.env, {**service.env, variable: f"amqp://u:{password}@127.0.0.1/x"}
            done = service.run("check-config", check=False)
            service.env = good_env
            assert done.returncode == 78 and key in done.stderr and "heim" not in done.stderr, done.stderr
            assert len(done.stderr.splitlines()) == 1
    assert service.run("check-config").returncode == 0
