"""A Shop deleted leaves nothing but, by choice, its volumes."""

from kit import wait_until

KINDS = "pods,deployments,statefulsets,jobs,services,configmaps,secrets,serviceaccounts,ingresses,roles,rolebindings,poddisruptionbudgets,leases"


def leftovers(shop):
    found = []
    for item in shop.items(KINDS):
        name, kind = item["metadata"]["name"], item["kind"]
        labels = item["metadata"].get("labels", {})
        # What every namespace has, and what helm and the operator's chart keep.
        if name in ("default", "kube-root-ca.crt") or "operator" in name or name.startswith("sh.helm.") or kind == "Lease":
            continue
        if labels.get("app.kubernetes.io/managed-by") == "Helm":
            continue
        found.append(f"{kind}/{name}")
    return found


def test_deleted_shop_leaves_nothing(shop):
    shop.kubectl("delete", "shop", "shop", "--timeout=90s")

    def gone():
        assert leftovers(shop) == []
        return True
    wait_until("everything to be gone", gone, 120)
    # Data is kept unless asked otherwise.
    assert [v for v in shop.items("persistentvolumeclaims") if "postgres" in v["metadata"]["name"]]


def test_uninstall(cluster, shop):
    cluster.helm("uninstall", "shop", "-n", shop.namespace, "--wait", "--timeout", "120s")
    assert not [d for d in shop.items("deployments,pods") if d["metadata"].get("deletionTimestamp") is None]
