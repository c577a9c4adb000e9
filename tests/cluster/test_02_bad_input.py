"""What is wrong is refused with a problem that names the field, and changes nothing."""

import json

import pytest

from kit import Shop, wait_until

JSON = {"Content-Type": "application/json"}
BAD = {
    "malformed": (b'{"user_id":1,', JSON, {400}),
    "no object": (b"[1,2]", JSON, {400, 422}),
    "wrong type": (b'{"user_id":"one","product":"Tablet"}', JSON, {400, 422}),
    "no product": (b'{"user_id":1}', JSON, {400, 422}),
    "unknown product": (b'{"user_id":1,"product":"Unobtainium"}', JSON, {404, 422}),
    "unknown user": (b'{"user_id":100000,"product":"Tablet"}', JSON, {404, 422}),
    "negative quantity": (b'{"user_id":1,"product":"Tablet","quantity":-1}', JSON, {400, 422}),
    "no quantity at all": (b'{"user_id":1,"product":"Tablet","quantity":0}', JSON, {400, 422}),
    "absurd quantity": (b'{"user_id":1,"product":"Tablet","quantity":1000000000000}', JSON, {400, 409, 422}),
    "no integer": (b'{"user_id":1,"product":"Tablet","quantity":1.5}', JSON, {400, 422}),
    "overflow": (b'{"user_id":99999999999999999999999,"product":"Tablet"}', JSON, {400, 422}),
    "invalid UTF-8": (b'{"user_id":1,"product":"Tab\xfflet"}', JSON, {400, 422}),
    "wrong content type": (b"user_id=1", {"Content-Type": "application/x-www-form-urlencoded"}, {400, 415}),
    "too large": (b'{"user_id":1,"product":"' + b"x" * (4 << 20) + b'"}', JSON, {413, 400}),
}


def state(shop):
    return (shop.sql("product", "select sum(reserved), sum(on_hand) from stock"),
            shop.sql("order", "select count(*) from orders where state not in ('rejected')"))


@pytest.mark.parametrize("name", BAD)
def test_order_refused(http, shop, name):
    body, headers, statuses = BAD[name]
    before = state(shop)
    answer = http.request("POST", "/orders", body, headers)
    assert answer.status in statuses, answer
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.headers
    problem = answer.json()
    assert problem["status"] == answer.status and problem["title"]
    assert state(shop) == before


@pytest.mark.parametrize("path", ["/products/abc", "/products/-1", "/products/99999999999999999999", "/users/1e3", "/orders/%00"])
def test_no_number(http, path):
    answer = http.get(path)
    assert answer.status in (400, 404, 422), answer


@pytest.mark.parametrize("body", [{"name": "", "email": "a@example.com"}, {"name": "A", "email": "no address"}, {"name": "A"}, {"name": 1, "email": []}])
def test_user_refused(http, body):
    answer = http.post("/users", body)
    assert answer.status in (400, 422), answer
    assert answer.json()["errors"], answer


def test_shop_that_breaks_a_rule_is_refused(cluster, shop):
    """By the API server itself, with words that help."""
    for spec, word in (({"currency": "dollars"}, "currency"), ({"access": "Sometimes"}, "access"), ({"sampleDate": True}, "sampleDate")):
        wrong = {"apiVersion": "shopkeeper.dev/v1alpha1", "kind": "Shop", "metadata": {"name": "wrong"}, "spec": spec}
        done = cluster.run("kubectl", "--context", cluster.context, "-n", shop.namespace, "create", "--validate=strict", "-f", "-",
                           stdin=json.dumps(wrong), check=False)
        assert done.returncode != 0 and word in done.stderr, done


def test_shop_that_names_a_missing_secret_says_so_and_heals(cluster, shop):
    """A condition that names the Secret; and when it appears, that complaint goes."""
    lonely = Shop(cluster, shop.namespace, "lonely")
    lonely.kubectl("create", "-f", "-", stdin=json.dumps({
        "apiVersion": "shopkeeper.dev/v1alpha1", "kind": "Shop", "metadata": {"name": "lonely"},
        "spec": {"messaging": {"external": {"secret": "broker-of-mine"}}, "gateway": {"host": "lonely.example.com"}}}))
    try:
        def told():
            return any("broker-of-mine" in c.get("message", "") for c in lonely.conditions().values())

        wait_until("a condition that names the Secret", told, 60)
        assert not lonely.ready()
        lonely.kubectl("create", "secret", "generic", "broker-of-mine", "--from-literal=url=amqp://u:p@nowhere.example:5672/v")
        wait_until("the complaint to go", lambda: not told(), 60)
    finally:
        lonely.kubectl("delete", "shop", "lonely", "--timeout=90s")
        lonely.kubectl("delete", "secret", "broker-of-mine", "--ignore-not-found")
        lonely.kubectl("delete", "pvc", "-l", "app.kubernetes.io/instance=lonely", "--wait=false")
