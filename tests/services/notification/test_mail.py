"""Mails through a real SMTP server that fails in every way: each mail arrives once, or the reason is recorded."""

import contextlib

import pytest
from lib.notifications import confirmed, mail_config, publish, rows, staff, wait_for_status
from lib.process import free_port, wait_until
from lib.smtp import Certificate, Sink


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


def test_a_mail_that_may_have_been_accepted_is_not_sent_again(mailing, sink):
    sink.hang_up_after_data = True
    publish(mailing, confirmed())
    row, = wait_for_status(mailing, "uncertain")
    assert row["attempts"] == "1" and len(sink.mails) == 1
    sink.hang_up_after_data = False
    publish(mailing, confirmed(18))
    wait_until("the next to go", lambda: len(sink.mails) == 2)
    assert [r["status"] for r in rows(mailing)][0] == "uncertain"


def expire_claims(service):
    """Lets the claim of a sender that was killed expire."""
    service.database.query("update notifications set claimed_until = now() - interval '1 s' where status = 'sending'")


def kill_while_sending(mailing, sink, stage):
    """kill -9 while the SMTP server is at this stage of a mail; then it is started again."""
    sink.hold(stage)
    publish(mailing, confirmed())
    assert sink.held.wait(15)
    mailing.kill()
    sink.release()
    expire_claims(mailing)
    mailing.start()


def test_killed_before_handing_over_it_is_sent_after_all(mailing, sink):
    kill_while_sending(mailing, sink, "RCPT")
    row, = wait_for_status(mailing, "sent", timeout=20)
    assert row["attempts"] == "2" and len(sink.mails) == 1


def test_killed_after_handing_over_it_is_not_sent_again(mailing, sink):
    kill_while_sending(mailing, sink, "TAKEN")
    row, = wait_for_status(mailing, "uncertain", timeout=20)
    assert row["attempts"] == "1" and "handed over" in row["last_error"] and len(sink.mails) == 1


def test_a_silent_server_does_not_delay_the_shutdown(mailing, sink):
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


@contextlib.contextmanager
def secure_server(folder, tls="starttls", **changes):
    """An SMTP server with TLS and a login, and the configuration for it."""
    certificate = Certificate(folder)
    with Sink(login=("shop", "geheim"), tls=certificate, implicit=tls == "tls") as sink:
        yield sink, mail_config(sink.port, **{"tls": tls, "username": "shop", "password": "geheim", "ca_file": certificate.file, **changes})


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_tls_with_a_login_needs_a_trusted_certificate(service_factory, tmp_path, tls):
    with secure_server(tmp_path, tls) as (sink, config):
        del config["email.password"]
        service = service_factory("notification", config, env={"SHOPKEEPER_EMAIL_PASSWORD": "geheim"})
        publish(service, confirmed())
        wait_for_status(service, "sent")
        assert sink.mails[0].tls and sink.logins == ["shop"]
        assert "geheim" not in service.log()
        untrusting = service_factory("notification", mail_config(sink.port, tls=tls, attempts=1))
        publish(untrusting, confirmed())
        row, = wait_for_status(untrusting, "failed")
        assert "ertificate" in row["last_error"] and len(sink.mails) == 1


def test_a_server_without_starttls_gets_no_mail(service_factory, sink):
    service = service_factory("notification", mail_config(sink.port, tls="starttls", attempts=2))
    publish(service, confirmed())
    wait_for_status(service, "failed")
    assert not sink.mails


def test_a_wrong_smtp_password_is_reported_and_can_be_corrected(service_factory, tmp_path):
    with secure_server(tmp_path, password="falsch") as (sink, config):
        service = service_factory("notification", config)
        publish(service, confirmed())
        wait_until("the refusal", lambda: [r for r in rows(service) if "535" in r["last_error"]])
        service.stop()
        service.config["email.password"] = "geheim"
        service.start()
        wait_for_status(service, "sent")
        assert len(sink.mails) == 1


def test_a_connection_that_breaks_at_any_stage_costs_a_try_and_no_mail(service_factory, tmp_path):
    with secure_server(tmp_path) as (sink, config):
        stages = ["greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"]
        sink.drops = list(stages)
        service = service_factory("notification", config)
        publish(service, confirmed())
        row, = wait_for_status(service, "sent", timeout=30)
        assert not sink.drops and len(sink.mails) == 1
        assert int(row["attempts"]) == len(stages) + 1
        # A mail this short is with the network, end and all, before the server has read it: nobody can know.
        sink.drops = ["body"]
        publish(service, confirmed(18))
        wait_until("it to be uncertain", lambda: [r["status"] for r in rows(service)] == ["sent", "uncertain"])
        assert len(sink.mails) == 1


def test_without_the_login_that_the_server_requires_it_fails(service_factory, tmp_path):
    with secure_server(tmp_path, attempts=2) as (sink, config):
        del config["email.username"], config["email.password"]
        service = service_factory("notification", config)
        publish(service, confirmed())
        row, = wait_for_status(service, "failed")
        assert row["attempts"] == "2" and "530" in row["last_error"] and not sink.mails


def test_a_4xx_reply_is_retried_and_a_5xx_reply_fails(mailing, sink):
    """5xx to the mail or its addresses is for good, 4xx is not, also after all of the mail."""
    for step, reply, ends in [("MAIL", "451 later", "sent"), ("MAIL", "550 not from you", "failed"),
                              ("RCPT", "450 greylisted", "sent"), ("RCPT", "550 no such person", "failed"),
                              ("DATA", "452 no room", "sent"), ("DATA", "552 too much", "failed")]:
        replies = [reply]
        sink.replies[step] = lambda replies=replies: replies.pop() if replies else None
        publish(mailing, confirmed())
        row = wait_until(f"{step} {reply}", lambda ends=ends: [r for r in rows(mailing)[-1:] if r["status"] == ends])[0]
        assert row["attempts"] == ("2" if ends == "sent" else "1"), (step, reply)
        assert (reply[:3] in row["last_error"]) == (ends == "failed"), row
    assert len(sink.mails) == 3 and len(rows(mailing)) == 6


def test_an_hour_without_a_server_loses_nothing(service_factory):
    """A thousand times as fast as it is by default: 30 s to 15 min between tries are 30 ms to 900 ms, an hour is 3.6 s,
    and the 40 tries stay 40. That the tries by default last longer than any such hour, whatever the jitter, is a unit
    test (RetryDelay.DefaultsRetryForHours)."""
    port = free_port()
    service = service_factory("notification", mail_config(port, retry_first="30ms", retry_limit="900ms", attempts=40))
    for order in range(1, 6):
        publish(service, confirmed(order))
    wait_until("the hour to pass", lambda: service.database.value(
        "select count(*) = 5 and min(now() - created_at) > interval '3.6 s' from notifications") == "t", 30)
    assert {r["status"] for r in rows(service)} <= {"pending", "sending"}
    with Sink(port) as sink:
        wait_for_status(service, "sent", 5)
        assert len(sink.mails) == 5


def test_killed_repeatedly_each_mail_is_sent_once_or_uncertain(mailing, sink):
    """kill -9 at whatever it is doing: nothing is sent twice, and nothing is missing without a word."""
    events = [publish(mailing, confirmed(n)) for n in range(1, 41)]
    for size in (3, 9, 17):
        wait_until("some mails", lambda size=size: len(sink.mails) >= size, 30)
        mailing.kill()
        expire_claims(mailing)
        mailing.start()
    wait_until("the end", lambda: {r["status"] for r in rows(mailing)} <= {"sent", "uncertain"} and len(rows(mailing)) == 40, 30)
    ids = [mail["Message-ID"] for mail in sink.mails]
    assert len(ids) == len(set(ids)), "none twice"
    assert set(ids) <= {f"<{e['id']}@example.com>" for e in events}
    for row in rows(mailing):
        assert row["status"] == "uncertain" or f"<{row['event_id']}@example.com>" in ids
    assert sum(r["status"] == "uncertain" for r in rows(mailing)) <= 3, "at most one for each time that it was killed"
