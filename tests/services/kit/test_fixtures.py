"""The fixtures themselves: what the other tests take for granted."""

import base64
import json

import psycopg2
import pytest
from lib.keys import Keys
from lib.process import wait_until
from lib.service import nested
from lib.shop import service_of


def test_a_database_belongs_to_its_role_alone(postgres, database):
    assert database.query("select current_user, current_database()") == [[database.name, database.name]]
    other = postgres.database("other_of_fixtures")
    try:
        with pytest.raises(psycopg2.Error):
            postgres.query("select 1", other.name, database.name, database.password)
    finally:
        other.drop()


def test_published_events_can_be_listened_to(vhost):
    queue = vhost.listen("order.*")
    vhost.publish("order.placed", json.dumps({"id": "1"}))
    vhost.publish("user.registered", json.dumps({"id": "2"}))
    events = []
    wait_until("the event", lambda: events.extend(vhost.take_events(queue)) or events)
    assert events == [{"id": "1"}]


def test_tokens_are_three_parts_and_name_their_key(folder):
    keys = Keys(folder / "keys-of-fixtures")
    for token, kid in ((keys.access_token(7, "staff"), "access-1"), (keys.service_token("order"), "cluster-1")):
        head, claims, signature = (base64.urlsafe_b64decode(part + "==") for part in token.split("."))
        assert json.loads(head)["kid"] == kid
        assert json.loads(claims)["sub"] in ("7", "system:serviceaccount:tests:shop-order")
        assert len(signature) in (64, 256)


def test_configuration_keys_become_a_tree():
    assert nested({"a.b": 1, "a.c": 2, "d": 3}) == {"a": {"b": 1, "c": 2}, "d": 3}


def test_paths_go_where_the_gateway_sends_them():
    assert service_of("/products?limit=3") == "product"
    assert service_of("/api/auth/login") == "user"
    assert service_of("/health") == "order"
    with pytest.raises(LookupError):
        service_of("/internal/users/1")
