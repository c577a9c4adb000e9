"""A node is drained while customers use the shop through the Ingress: no request fails."""

from kit import wait_until
from load import Load, lasted


def pods_on(shop, node):
    return [pod["metadata"]["name"] for pod in shop.items("pods") if pod["spec"].get("nodeName") == node and pod["status"]["phase"] == "Running"]


def test_a_drained_node_fails_no_request(cluster, shop, workers):
    node = workers[1]
    assert len(pods_on(shop, node)) >= 4, "each service has a pod on each worker"
    gateways = [pod["spec"]["nodeName"] for pod in cluster.items("-n", "ingress", "pods")]
    assert node in gateways and len(set(gateways)) == 2, gateways
    with Load(shop) as load:
        lasted(load, 1)
        cluster.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=150s", timeout=180)
        wait_until("no pod of the shop there", lambda: not pods_on(shop, node), 60)
        shop.wait_ready()
        lasted(load)
        cluster.kubectl("uncordon", node)
        lasted(load)
    print(load.summary())
    assert not load.failures(), load.summary()
