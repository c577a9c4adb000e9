"""The shop recovers from deleted Deployments and pods, and works while the user service is away."""

import time

from kit import wait_until


def test_deleted_deployment_comes_back(shop, http):
    name = shop.deployment("product")
    old = shop.get("deployment", name)["metadata"]["uid"]
    shop.kubectl("delete", "deployment", name, "--wait=true")
    wait_until("the Deployment to come back", lambda: shop.get("deployment", name)["metadata"]["uid"] != old, 30)
    wait_until("its pods", lambda: shop.get("deployment", name)["status"].get("readyReplicas", 0) >= 1, 60)
    wait_until("its answers", lambda: http.get("/products/1").status == 200, 30)


def test_a_killed_pod_of_two_replicas_is_hardly_noticed(shop, http):
    shop.patch({"services": {"order": {"replicas": 2}}})
    shop.wait_ready()
    pods = [p for p in shop.items("pods", "-l", "app.kubernetes.io/component=order") if "deletionTimestamp" not in p["metadata"]]
    assert len(pods) == 2
    shop.kubectl("delete", "pod", pods[0]["metadata"]["name"], "--grace-period=0", "--force")
    wait_until("answers", lambda: http.get("/orders/1").status == 200, 30)
    shop.wait_ready()


def test_an_order_is_shown_without_its_user_while_that_service_is_away(shop, http):
    # The operator would bring it back at once.
    shop.patch({"paused": True})
    try:
        wait_until("the pause to be noticed", lambda: shop.get("shop", "shop")["status"].get("observedGeneration") ==
                   shop.get("shop", "shop")["metadata"]["generation"], 30)
        shop.kubectl("scale", "deployment", shop.deployment("user"), "--replicas=0")
        wait_until("the user service to be gone", lambda: shop.get("deployment", shop.deployment("user"))["status"].get("replicas", 0) == 0, 60)

        def without_user():
            began = time.monotonic()
            order = http.get("/orders/1").json()
            return not order.get("user") and (order, time.monotonic() - began)

        order, took = wait_until("an order without its user", without_user, 30)
        assert order.items() >= {"user_id": 1, "product": "Laptop", "user": None, "user_unavailable": True}.items()
        assert took < 10, f"{took:.1f}s: past the deadline"
    finally:
        shop.patch({"paused": False})
    shop.wait_ready()
    shop.wait_order_with_user(60)


def test_data_outlives_the_database_pod(shop, http):
    pod = next(p["metadata"]["name"] for p in shop.items("pods") if "postgres" in p["metadata"]["name"]
               and p["metadata"]["ownerReferences"][0]["kind"] == "StatefulSet")
    before = http.get("/orders/3").json()
    shop.kubectl("delete", "pod", pod)
    wait_until("the same order again", lambda: http.get("/orders/3").json() == before, 90)
    shop.wait_ready()
