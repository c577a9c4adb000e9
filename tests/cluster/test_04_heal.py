"""What is taken away comes back, and what is away is done without."""

import time

from kit import wait_until


def test_deleted_deployment_comes_back(shop, http):
    name = shop.deployment("product")
    old = shop.get("deployment", name)["metadata"]["uid"]
    shop.kubectl("delete", "deployment", name, "--wait=true")
    wait_until("the Deployment to come back", lambda: shop.get("deployment", name)["metadata"]["uid"] != old, 30)
    wait_until("its pods", lambda: shop.get("deployment", name)["status"].get("readyReplicas", 0) >= 1, 60)
    wait_until("its answers", lambda: http.get("/products/1").status == 200, 30)


def test_deleted_service_and_config_come_back(shop):
    for kind, name in (("service", "shop-user"), ("configmap", "shop-user"), ("ingress", None)):
        if name is None:
            name = shop.items("ingress")[0]["metadata"]["name"]
        shop.kubectl("delete", kind, name)
        wait_until(f"{kind} {name}", lambda k=kind, n=name: shop.kubectl("get", k, n, "-o", "name"), 30)
    shop.wait_ready()


def test_killed_pods_are_replaced(shop, http):
    """With two replicas of what answers, a killed pod is hardly seen: the shop answers again within seconds."""
    pod = next(p["metadata"]["name"] for p in shop.items("pods") if p["metadata"]["name"].startswith("shop-order-")
               and "Job" not in str(p["metadata"].get("ownerReferences")))
    shop.kubectl("delete", "pod", pod, "--grace-period=0", "--force")
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

        def answered():
            began = time.monotonic()
            answer = http.get("/orders/1")
            return answer, time.monotonic() - began

        answer, took = wait_until("an answer", lambda: (lambda a: a if "user" not in a[0].json() or not a[0].json()["user"] else None)(answered()), 30)
        assert answer.status == 200, answer
        order = answer.json()
        assert order["user_id"] == 1 and order["product"] == "Laptop"
        assert took < 10, f"{took:.1f}s: past the deadline"
        assert len(order) > 2 and "user" in answer.body.decode().replace('"user_id"', ""), f"it does not say so: {answer}"
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
