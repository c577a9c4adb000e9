"""What clients get through the gateway while something behind it is away, and from the gateway itself."""

import contextlib
import time

import pytest
from kit import wait_until
from lib.client import problem

SERVICES = ("user", "product", "order", "notification")


@contextlib.contextmanager
def scaled_to_zero(shop, *workloads):
    """Workloads without a pod. The Shop is paused, since the operator would bring them back at once."""
    shop.patch({"paused": True})
    try:
        wait_until("the pause to be noticed", lambda: shop.get("shop", shop.name)["status"].get("observedGeneration") ==
                   shop.get("shop", shop.name)["metadata"]["generation"], 30)
        for each in workloads:
            shop.kubectl("scale", each, "--replicas=0")
        for each in workloads:
            component = each.split("-", 1)[1]
            # The pods themselves: a Deployment does not count those that still drain.
            wait_until(f"{each} to be gone", lambda component=component: not shop.items(
                "pods", "-l", f"app.kubernetes.io/component={component}"), 90)
        yield
    finally:
        shop.patch({"paused": False})
        shop.wait_ready()
        wait_until("a healthy shop", lambda: shop.http.get("/health").json()["status"] == "ok", 60)


def unavailable(answer):
    problem(answer, 503)
    assert int(answer.headers["retry-after"]) >= 1
    return answer


def test_a_path_without_a_route_is_a_problem(http):
    for path in ("/", "/no/such/path", "/productsx"):
        assert problem(http.get(path), 404)["detail"]
    assert problem(http.post("/nothing", {"a": 1}), 404)


def test_a_route_without_a_ready_pod_is_503_with_retry_after(shop, http):
    with scaled_to_zero(shop, "deployment/shop-product"):
        assert "ready" in unavailable(http.get("/products")).json()["detail"]
        unavailable(http.get("/api/products/1"))
        assert http.get("/users/1").status == 200
    wait_until("products", lambda: http.get("/products/1").status == 200, 30)


def test_what_a_service_says_passes_unchanged(shop, http):
    """Its 503 has the reason, which the gateway must not replace."""
    with scaled_to_zero(shop, "deployment/shop-user"):
        refused = wait_until("a refused order", lambda: (lambda answer: answer.status == 503 and answer)(
            http.post("/orders", {"user_id": 1, "product": "Tablet"})), 30)
        assert "user service" in unavailable(refused).json()["detail"]


def test_pods_stay_ready_without_the_database_and_requests_succeed_once_it_is_back(shop, http, figures):
    with scaled_to_zero(shop, "statefulset/shop-postgres"):
        wait_until("the services to notice", lambda: http.get("/health").json().get("status") == "unavailable", 30)
        for path in ("/users/1", "/orders/1", "/products?limit=2"):
            began = time.monotonic()
            unavailable(http.get(path))
            assert time.monotonic() - began < 11, path
        for service in SERVICES:
            assert shop.get("deployment", f"shop-{service}")["status"].get("readyReplicas", 0) >= 1, service
        shop.kubectl("scale", "statefulset/shop-postgres", "--replicas=1")
        wait_until("the database", lambda: shop.get("statefulset", "shop-postgres")["status"].get("readyReplicas") == 1, 90, 0.1)
        back = time.monotonic()
        wait_until("every read", lambda: all(http.get(path).status == 200 for path in ("/users/1", "/orders/1", "/products/1")), 20, 0.1)
        figures["database ready to every read"] = (time.monotonic() - back, "s", 3)
        assert time.monotonic() - back < 3


def test_a_service_becomes_ready_without_the_broker(shop):
    """So that the node of the broker can be drained."""
    with scaled_to_zero(shop, "statefulset/shop-rabbitmq"):
        shop.kubectl("rollout", "restart", "deployment/shop-notification")
        shop.kubectl("rollout", "status", "deployment/shop-notification", "--timeout=60s")


@pytest.fixture(name="gateway_pods")
def _gateway_pods(cluster):
    return [pod for pod in cluster.items("-n", "ingress", "pods", "-l", "app.kubernetes.io/name=traefik") if "deletionTimestamp" not in pod["metadata"]]


def test_the_gateway_runs_on_two_nodes_where_there_are_several(cluster, gateway_pods):
    several = len(cluster.items("nodes")) > 1
    assert len(gateway_pods) == (2 if several else 1)
    assert len({pod["spec"]["nodeName"] for pod in gateway_pods}) == len(gateway_pods)
    assert all(status["ready"] for pod in gateway_pods for status in pod["status"]["containerStatuses"])


def test_a_restart_of_the_gateway_fails_no_request(cluster, http):
    cluster.kubectl("-n", "ingress", "rollout", "restart", "deployment/traefik")
    codes = []
    while True:
        codes.append(http.get("/products/1").status)
        state = cluster.get("-n", "ingress", "deployment", "traefik")
        if state["status"].get("observedGeneration") == state["metadata"]["generation"] and state["status"].get("updatedReplicas") == \
                state["status"].get("replicas") == state["status"].get("readyReplicas"):
            break
        assert len(codes) < 2000
    assert set(codes) == {200}
