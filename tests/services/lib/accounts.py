"""Accounts for tests: new users, clients with addresses of their own, and what was mailed."""

import itertools

from lib.process import wait_until

PASSWORD = "correct horse battery"
OTHER = "staple of another kind"
PATHS = ("/api/customers/me", "/api/products/1")
_numbers = itertools.count(1)


def address():
    """Of nobody yet."""
    return f"p{next(_numbers)}@example.com"


def client():
    """An address of the Internet that has asked for nothing yet."""
    n = next(_numbers)
    return "X-Forwarded-For", f"203.{n // 62500}.{n // 250 % 250}.{n % 250}"


def post(shop, path, body, source=None, **kwargs):
    return shop.post(path, body, headers=dict([source] if source else []), **kwargs)


def register(shop, email, password=PASSWORD, **kwargs):
    return post(shop, "/api/auth/register", {"name": "Eve", "email": email, "password": password}, **kwargs)


def login(shop, email, password=PASSWORD, **kwargs):
    return post(shop, "/api/auth/login", {"email": email, "password": password}, **kwargs)


def refresh(shop, grant):
    return post(shop, "/api/auth/refresh", {"refresh_token": grant["refresh_token"]})


def logout(shop, grant):
    return post(shop, "/api/auth/logout", {"refresh_token": grant["refresh_token"]})


def account(shop, password=PASSWORD):
    """A new one's address, and what its first log-in gave."""
    email = address()
    assert register(shop, email, password).status == 201
    answer = login(shop, email, password)
    assert answer.status == 200, answer.text
    return email, answer.json()


def count(shop, what="users"):
    return int(shop.databases["user"].value(f"select count(*) from {what}"))


def user_id(shop, email):
    return int(shop.databases["user"].value(f"select id from users where email = '{email}'"))


def statuses(shop, token):
    """Of the user service, and of one that has to ask it."""
    return {shop.get(path, token=token).status for path in PATHS}


def refused_everywhere(shop, grant):
    return statuses(shop, grant["access_token"]) == {401}


def accepted_everywhere(shop, grant):
    return statuses(shop, grant["access_token"]) == {200}


def mails(shop, kind, email, at_least=1):
    """The data of the events of a kind about an address."""
    def found():
        shop.seen.extend(shop.vhost.take_events(shop.events))
        return [e["data"] for e in shop.seen if e["type"] == kind and e["data"]["email"] == email]
    wait_until(f"{kind} for {email}", lambda: len(found()) >= at_least)
    return found()


def verification(shop, email):
    """The token of the first mail that asks to verify the address."""
    return mails(shop, "user.verification_requested", email)[0]["token"]


def verify(shop, token):
    return post(shop, "/api/auth/verify-email", {"token": token})


def settled(shop):
    """Until every request for a mail is handled and its event published."""
    for table in ("mail_requests", "outbox"):
        wait_until(f"{table} empty", lambda: shop.databases["user"].value(f"select count(*) from {table}") == "0")
