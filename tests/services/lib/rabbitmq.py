"""A RabbitMQ of our own: private node, name server (epmd), data and ports; the management API to look inside."""

import base64
import json
import pathlib
import secrets
import shutil
import signal
import urllib.parse
import uuid

from lib.client import Client
from lib.process import accepts, free_port, kill_session, start, stop, wait_for_answer, wait_until


def _home():
    homes = sorted(pathlib.Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*"))
    if not homes:
        raise RuntimeError("rabbitmq-server is not installed (Debian package rabbitmq-server)")
    return homes[-1]


def event(kind, data, subject="", event_id=None, time="2026-01-31T12:00:00.000Z"):
    """A CloudEvent as the services publish it."""
    return {"specversion": "1.0", "id": event_id or str(uuid.uuid4()), "source": "/shopkeeper/" + kind.split(".")[0],
            "type": kind, "subject": subject, "time": time, "datacontenttype": "application/json", "data": data}


class RabbitMQ:
    """The broker. `vhost()` makes a virtual host for one test or shop; `stop`, `kill`, `start` are for faults."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.log = folder / "rabbitmq.log"
        self.port, self.management, self.metrics, self.epmd_port, self.dist = (free_port() for _ in range(5))
        self.user, self.password = "shop", secrets.token_hex(16)
        self.process = self.epmd = None

    def init(self):
        """Writes its configuration and starts it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "enabled_plugins").write_text("[rabbitmq_management,rabbitmq_prometheus].\n", encoding="ascii")
        (self.folder / "empty.conf").write_text("", encoding="ascii")
        (self.folder / "rabbitmq.conf").write_text("\n".join((
            f"listeners.tcp.1 = 127.0.0.1:{self.port}",
            "management.tcp.ip = 127.0.0.1",
            f"management.tcp.port = {self.management}",
            "prometheus.tcp.ip = 127.0.0.1",
            f"prometheus.tcp.port = {self.metrics}",
            f"default_user = {self.user}",
            f"default_pass = {self.password}",
            "disk_free_limit.absolute = 50MB",
            "log.console = true", "log.console.level = info", "log.file = false", "")), encoding="ascii")
        # epmd belongs to nobody's session if the node starts it; started here it ends with the tests.
        self.epmd = start(["epmd", "-address", "127.0.0.1", "-port", str(self.epmd_port)], self.folder / "epmd.log",
                          env=self._env())
        wait_until("epmd", lambda: accepts(self.epmd_port))
        self.start()
        return self

    def _env(self):
        folder = str(self.folder)
        return {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder, "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self.epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RUNNING_UNDER_SYSTEMD": "true",  # the script then becomes the server instead of watching over it
            "RABBITMQ_NODENAME": "shop-tests@localhost", "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_DIST_PORT": str(self.dist),
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/empty.conf", "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins", "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": folder, "RABBITMQ_LOGS": "-", "RABBITMQ_GENERATED_CONFIG_DIR": f"{folder}/generated",
            # As the operator starts it: schedulers that have nothing to do sleep.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
        }

    def start(self):
        """Starts it and waits until it takes connections and its management API answers."""
        self.process = start([str(_home() / "sbin" / "rabbitmq-server")], self.log, env=self._env())
        wait_for_answer("RabbitMQ", self.process, lambda: accepts(self.port) and self.api("GET", "/api/overview"), self.log, 90)

    def stop(self):
        """An orderly stop."""
        stop(self.process, 60)

    def kill(self):
        """kill -9, once it has written down which quorum queues there are: RabbitMQ does that up to some seconds after it
        said that a queue is declared, and one that is killed before has that queue without a leader for ever."""
        wait_until("quorum queues on disk", self._queues_on_disk, 30)
        stop(self.process, 10, signal.SIGKILL)

    def _queues_on_disk(self):
        queues = [f"{q['vhost']}_{q['name']}".encode() for q in self.api("GET", "/api/queues")
                  if q.get("arguments", {}).get("x-queue-type") == "quorum"]
        names = b"".join(path.read_bytes() for path in (self.folder / "mnesia").glob("*/quorum/**/names.dets"))
        # Erlang's external form: an atom's length stands before its name.
        return all(bytes([len(queue) % 256]) + queue in names for queue in queues)

    def restart(self):
        """Stops and starts it, on the same port with the same data."""
        self.stop()
        self.start()

    def close(self):
        """The end of the tests: nothing of it stays, so it need not stop in order (which takes 7 s)."""
        kill_session(self.process)
        stop(self.epmd)
        shutil.rmtree(self.folder / "mnesia", ignore_errors=True)

    def api(self, method, path, body=None):
        """The management HTTP API: decoded JSON, or None for an answer without a body. 404 is None, too."""
        login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        answer = Client(self.management, timeout=20).request(method, path, body, {"Authorization": f"Basic {login}"})
        if answer.status >= 400 and answer.status != 404:
            raise OSError(f"{method} {path}: {answer.status} {answer.text}")
        return answer.json() if answer.body and answer.status != 404 else None

    def vhost(self):
        """A new virtual host with a random name and the exchange of the events, as publishers declare it."""
        vhost = VirtualHost(self, "test-" + secrets.token_hex(6))
        self.api("PUT", f"/api/vhosts/{vhost.name}")
        self.api("PUT", f"/api/permissions/{vhost.name}/{self.user}", {"configure": ".*", "write": ".*", "read": ".*"})
        self.api("PUT", f"/api/exchanges/{vhost.name}/shop.events", {"type": "topic", "durable": True})
        return vhost


class VirtualHost:
    """A virtual host: exchanges and queues of its own. `url` is what a service is given."""

    def __init__(self, broker: RabbitMQ, name: str):
        self.broker, self.name = broker, name

    @property
    def url(self):
        return f"amqp://{self.broker.user}:{self.broker.password}@127.0.0.1:{self.broker.port}/{self.name}"

    def queue(self, name):
        """What the management API says of a queue; None when there is none. Its counters lag by up to 5 s."""
        return self.broker.api("GET", f"/api/queues/{self.name}/{urllib.parse.quote(name, safe='')}")

    def listen(self, *keys):
        """Binds a new queue to the exchange for the routing keys; read it with `take`."""
        name = "listen-" + secrets.token_hex(4)
        self.broker.api("PUT", f"/api/queues/{self.name}/{name}", {"durable": True})
        for key in keys or ("#",):
            self.broker.api("POST", f"/api/bindings/{self.name}/e/shop.events/q/{name}", {"routing_key": key})
        return name

    def take(self, queue, count=100):
        """Takes up to `count` messages off a queue, now: dicts with `payload`, `routing_key`, `properties`."""
        path = f"/api/queues/{self.name}/{urllib.parse.quote(queue, safe='')}/get"
        body = {"count": count, "ackmode": "ack_requeue_false", "encoding": "auto"}
        return self.broker.api("POST", path, body) or []

    def take_events(self, queue, count=100):
        """The same as the decoded CloudEvents."""
        return [json.loads(message["payload"]) for message in self.take(queue, count)]

    def wait_for_events(self, queue, count=1, wanted=lambda data: True):
        """The first `count` CloudEvents, or more, whose data are wanted; others are taken off the queue, too."""
        found = []
        wait_until(f"{count} events", lambda: found.extend(
            each for each in self.take_events(queue) if wanted(each["data"])) or len(found) >= count, 20)
        return found

    def publish_event(self, kind, data, **more):
        """Publishes an event as another service would, once a queue takes it. Returns it."""
        return self.publish_routed(event(kind, data, **more))

    def publish_routed(self, message):
        """Also to a service that has only just started: until it has bound its queue, nobody takes the event."""
        wait_until("a queue for the event", lambda: self.publish(message["type"], json.dumps(message))["routed"], 30)
        return message

    def publish(self, routing_key, payload, **properties):
        """Publishes text as it is (also what is no event)."""
        return self.broker.api("POST", f"/api/exchanges/{self.name}/shop.events/publish", {
            "routing_key": routing_key, "payload": payload, "payload_encoding": "string",
            "properties": {"delivery_mode": 2, "content_type": "application/cloudevents+json", **properties}})

    def cut(self):
        """Closes every client connection of this virtual host, from the broker's side; returns how many."""
        names = [c["name"] for c in self.broker.api("GET", f"/api/vhosts/{self.name}/connections") or []]
        for name in names:
            self.broker.api("DELETE", f"/api/connections/{urllib.parse.quote(name, safe='')}")
        return len(names)

    def delete_queue(self, name):
        """Deletes a queue with what is in it."""
        self.broker.api("DELETE", f"/api/queues/{self.name}/{urllib.parse.quote(name, safe='')}")

    def drop(self):
        """Removes it and all that is in it."""
        self.broker.api("DELETE", f"/api/vhosts/{self.name}")
