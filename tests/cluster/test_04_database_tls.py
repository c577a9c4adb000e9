"""TLS of the managed PostgreSQL with real kubelets; what is refused: tests/operator/test_database_tls.py."""

import base64

from kit import wait_until

SERVICES = ("user", "product", "order", "notification")


def connections(shop):
    """For each service, whether all its connections use TLS."""
    rows = shop.sql("user", "select a.usename, bool_and(s.ssl and s.version = 'TLSv1.3') from pg_stat_activity a join pg_stat_ssl s using (pid)"
                            " where a.usename like 'shopkeeper%' group by 1")
    return {name.removeprefix("shopkeeper_").removesuffix("_b"): encrypted == "t" for name, encrypted in rows}


def test_services_are_connected_by_tls(shop):
    wait_until("connections of all services", lambda: connections(shop) == dict.fromkeys(SERVICES, True))


def test_a_renewed_certificate_is_served_without_a_restart(shop, http):
    def offered():
        return base64.b64decode(shop.get("secret", "shop-certificates")["data"]["tls.crt"]).decode().strip()

    def pod():
        found = shop.get("pod", "shop-postgres-0")
        return found["metadata"]["uid"], found["status"]["containerStatuses"][0]["restartCount"]

    def served():
        return shop.kubectl("exec", "shop-postgres-0", "--", "cat", "/tmp/served.crt", check=False).strip()
    before, same = offered(), pod()
    wait_until("the first certificate", lambda: served() == before, 60)
    # The operator replaces a certificate that it cannot read, as one whose time it is.
    shop.kubectl("patch", "secret", "shop-certificates", "--type=merge", "-p", '{"data":{"tls.crt":""}}')
    wait_until("another certificate", lambda: offered() not in ("", before), 30)
    # The kubelet refreshes the file within some 90 s, the probe is run every 20 s.
    wait_until("the server to read it", lambda: served() == offered(), 180)
    assert pod() == same
    assert http.get("/orders/1").status == 200
    wait_until("connections of all services", lambda: connections(shop) == dict.fromkeys(SERVICES, True))
