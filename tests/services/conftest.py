"""Fixtures of the service tests: a REAL PostgreSQL 15 and RabbitMQ of our own, and our programs on them.

Run: `/usr/bin/python3 -m pytest tests/services/order` (needs the Debian packages of k8s/kind/packages.sh, `tests`, and built programs: `ninja -C build/dev shopkeeper-user …`; another build tree: SHOPKEEPER_BUILD=…). Started once a session:

    postgres    the server: `postgres.database("name")` -> .url .query(sql) .value(sql) .cut() (kills its backends);
                `postgres.stop()/kill()/start()/restart()` for faults: leave it running at the end of the test
    rabbitmq    the broker: `rabbitmq.vhost()` -> .url .queue(name) .listen("order.*") .take_events(queue) .publish(key, text)
                .cut() (closes its connections); `rabbitmq.stop()/kill()/start()/restart()`: likewise

For each test:

    database    a database of one's own, dropped afterwards;       vhost   a virtual host of one's own, likewise

    shop        all four services with sample data, `access: Open`, wired as on a cluster: own databases and roles, JWKS and
                signing key, ServiceAccount tokens, so internal calls are really authenticated. Shared by the tests of one
                file (in product/catalog/ and order/payments/, where a conftest.py makes its own, of the folder): tests must
                not rely on counts or ids that other tests may change.
                    shop.get("/products/1").json()                   through the gateway's routes
                    shop.post("/orders", {...}, token=shop.token(1)) with an access token (role="staff")
                    shop.order.api.get(…), shop.order.ops.get("/metrics"), shop.order.log(), shop.order.metric("…")
                    shop.internal("product", caller="order").post("/internal/reservations", {...})
                    shop.databases["order"].value("select count(*) from orders")
                    shop.vhost.listen("order.#"), shop.replica("order")
    shop_factory(access="Open", config={"order": {"http.workers": 2}}, sample_data=True, services=("user", …), start=True)
                a shop for one test alone: for faults, access Authenticated, exact ids, kill -9
    running_shop(…)  the same as a context manager, for fixtures that several tests share
    service_factory("user", config={"http.workers": 2}, env={}, start=True)
                one service alone, access Authenticated, without sample data (svc.database, svc.vhost, svc.keys), migrated;
                with start=False nothing is run: svc.run("check-config", check=False).returncode

`lib.process.wait_until(what, check, timeout)` is how to wait: never sleep. When a test fails, what the services logged
during it is in the report.
"""

import contextlib
import itertools
import pathlib
import secrets
import shutil
import signal
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

# pylint: disable=wrong-import-position
from lib.notifications import mail_config  # noqa: E402
from lib.postgres import Postgres  # noqa: E402
from lib.process import kill_session, tail  # noqa: E402
from lib.rabbitmq import RabbitMQ  # noqa: E402
from lib.shop import Shop  # noqa: E402
from lib.smtp import Sink  # noqa: E402

_numbers = itertools.count(1)
_logs = {}  # Path -> (name, size when the test began)


# A run that is ended (the tier's time is up) takes down what it started, as with Ctrl-C.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_setup(item):
    """Remembers where each log stands, so that a failure shows only its own part."""
    for path, (name, _) in list(_logs.items()):
        _logs[path] = (name, path.stat().st_size if path.exists() else 0)
    yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds the services' logs to the report of what failed."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for path, (name, position) in _logs.items():
            text = tail(path, position)
            if text:
                report.sections.append((f"log of {name} ({path.name})", text))


@pytest.fixture(scope="session")
def folder():
    """Everything that the tests leave on disk; the postgres user must be able to reach into it."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="shopkeeper-services-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(folder):
    server = Postgres(folder / "postgres")
    try:
        yield server.init()
    finally:
        server.stop()
        kill_session(server.process)


@pytest.fixture(scope="session")
def rabbitmq(folder):
    broker = RabbitMQ(folder / "rabbitmq")
    try:
        yield broker.init()
    finally:
        broker.close()


@pytest.fixture
def database(postgres):
    made = postgres.database(f"t{next(_numbers)}_{secrets.token_hex(3)}")
    yield made
    made.drop()


@pytest.fixture
def vhost(rabbitmq):
    made = rabbitmq.vhost()
    yield made
    made.drop()


@pytest.fixture(scope="session")
def running_shop(folder, postgres, rabbitmq):
    """`with running_shop(access=…, config=…, services=…) as shop:` for fixtures of any scope."""
    @contextlib.contextmanager
    def running(start=True, sample_data=True, **kwargs):
        name = f"s{next(_numbers)}_{secrets.token_hex(3)}"
        made = Shop(folder / name, postgres, rabbitmq, name, **kwargs)
        try:
            _logs.update({service.log_file: (service.name, 0) for service in made.services.values()})
            if start:
                made.start(sample_data)
            yield made
        finally:
            made.close()
    return running


@pytest.fixture(scope="module")
def shop(running_shop):
    with running_shop() as made:
        yield made


@pytest.fixture
def shop_factory(running_shop):
    with contextlib.ExitStack() as shops:
        yield lambda **kwargs: shops.enter_context(running_shop(**kwargs))


@pytest.fixture
def service_factory(shop_factory):
    def factory(name, config=None, env=None, start=True):
        shop = shop_factory(access="Authenticated", services=(name,), config={name: config or {}}, start=False)
        service = shop.services[name]
        service.env.update(env or {})
        service.database, service.vhost, service.keys = shop.databases[name], shop.vhost, shop.keys
        if start:
            shop.start(sample_data=False)
        return service
    return factory


@pytest.fixture
def sink():
    """A real SMTP server that keeps what it is sent."""
    with Sink() as server:
        yield server


@pytest.fixture
def mailing(service_factory, sink):
    """The notification service alone, sending through `sink`."""
    return service_factory("notification", mail_config(sink.port))
