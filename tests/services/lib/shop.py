"""All four services, wired together as the operator wires them."""

import pathlib
from concurrent.futures import ThreadPoolExecutor

from lib.client import Client, Methods
from lib.keys import ISSUER, Keys, cluster_key
from lib.service import BUILD, Service

SERVICES = ("user", "product", "notification", "order")
# Whom each calls.
PEERS = {"user": ("product",), "product": ("user",), "notification": ("user",), "order": ("user", "product")}
# The gateway's routes (services/README.md).
ROUTES = {
    "user": ("/users", "/api/auth", "/api/customers", "/.well-known/jwks.json"),
    "product": ("/products", "/api/products", "/api/categories"),
    "order": ("/orders", "/api/orders", "/api/cart", "/api/payments", "/api/openapi.json", "/api/docs", "/health"),
    "notification": ("/api/notifications",),
}


def service_of(path):
    """Which service the gateway sends a path to."""
    bare = path.split("?")[0]
    for service, prefixes in ROUTES.items():
        if any(bare == prefix or bare.startswith(prefix + "/") for prefix in prefixes):
            return service
    raise LookupError(f"the gateway has no route for {path}")


class Shop(Methods):
    """A shop: `services` by name, also as attributes (`shop.order`), a database each, one virtual host, real keys.

    `request`, `get`, `post` … go where the Ingress would send them. Replicas: `replica("order")` is a second process on the
    same database and broker.
    """

    def __init__(self, folder: pathlib.Path, postgres, rabbitmq, name, access="Open", config=None, services=SERVICES, build=BUILD):
        self.folder = folder
        self.access, self.build = access, build
        self.names = services
        self.keys = Keys(folder / "keys", cluster_key())
        self.vhost = rabbitmq.vhost()
        self.databases = {service: postgres.database(f"{name}_{service}") for service in services}
        self.extra = config or {}
        self.services = {}
        self.others = []
        for service in services:
            self.services[service] = self.make(service)
        for made in self.services.values():  # now that the address of each is known
            made.config = {**self._peers(made.name), **made.config}

    def _peers(self, service):
        return {f"peers.{peer}": self.services[peer].ops.url for peer in PEERS[service] if peer in self.services}

    def __getattr__(self, name):
        try:
            return self.__dict__["services"][name]
        except KeyError:
            raise AttributeError(name) from None

    def make(self, service):
        """A further process of a service, not started."""
        config = {
            "access": self.access,
            "auth.jwks_file": self.keys.jwks_file,
            "internal.issuer_keys_file": self.keys.issuer_file,
            "internal.issuer": ISSUER,
            "internal.token_file": self.keys.service_token_file(service),
        }
        if service == "user":
            config["auth.signing_file"] = self.keys.signing_file
        config.update(self._peers(service))
        config.update(self.extra.get(service, {}))
        env = {"DATABASE_URL": self.databases[service].url, "AMQP_URL": self.vhost.url}
        return Service(service, self.folder, config, env, self.build)

    def start(self, sample_data=True):
        """Migrates, fills and starts all."""
        def start(service):
            service.run("migrate")
            if sample_data:
                service.run("sample-data")
            service.start(ready=False)
        with ThreadPoolExecutor() as pool:
            list(pool.map(start, self.services.values()))
        for service in self.services.values():
            service.wait_ready()
        return self

    def replica(self, service):
        """Starts one more process of the service and returns it."""
        other = self.make(service)
        self.others.append(other)
        return other.start()

    def request(self, method, path, body=None, token=None, **kwargs):
        """Through the gateway's routes. With `token` as its bearer."""
        client = self.services[service_of(path)].api
        return (client.bearer(token) if token else client).request(method, path, body, **kwargs)

    def token(self, user_id, role="customer", **claims):
        """A valid access token, not asked of the user service."""
        return self.keys.access_token(user_id, role, **claims)

    def internal(self, service, caller) -> Client:
        """A client of a service's /internal/** that proves itself as `caller`."""
        return self.services[service].ops.bearer(self.keys.service_token(caller))

    def stop(self):
        """Ends all; the exit codes by service name."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(Service.stop, self.others))
            return dict(zip(self.services, pool.map(Service.stop, self.services.values())))

    def close(self):
        """The end: processes, databases and virtual host are gone."""
        try:
            self.stop()
        finally:
            self.vhost.drop()
            for database in self.databases.values():
                database.drop()
