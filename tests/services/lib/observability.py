"""Our dashboards and rules as the tests see them: every query, with Grafana's variables filled in."""

import json
import pathlib
import re

import yaml

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "observability"
RULES = sorted(path for path in (FOLDER / "rules").glob("*.yaml") if not path.name.endswith("_test.yaml"))
# In a test scrapes are a second apart and the whole takes a minute.
VARIABLES = {"$__rate_interval": "1m", "$__range": "10m", "$__interval": "15s", "$namespace": ".*", "$shop": ".+", "$service": ".*"}
OPERATOR = 'service="shopkeeper-operator"'
# The kubelet's, which no test scrapes: of the directories that are kind's volumes it reports none. promtool tests the rule.
KUBELET = "kubelet_volume_stats"


def trade(shop):
    """Some of what happens in a shop: orders, refusals, errors, searches."""
    for _ in range(3):
        assert shop.post("/orders", {"user_id": 1, "product": "Laptop"}).status == 201
        assert shop.post("/orders", {"user_id": 2, "product": "Tablet"}).status == 201
        assert shop.post("/orders", {"user_id": 1, "product": "No such thing"}).status == 422
        shop.post("/orders", {"user_id": 1, "lines": [{"product_id": 1, "quantity": 100000}]})
        for path in ("/products", "/products/1", "/products/999999", "/users/1", "/orders/1", "/orders/999999", "/health"):
            shop.get(path)
        shop.get("/api/products?q=phone")
        shop.get("/api/notifications", token=shop.token(1, "staff"))


def dashboards():
    return {path.stem: json.loads(path.read_text()) for path in sorted((FOLDER / "dashboards").glob("*.json"))}


def filled(expression):
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    assert "$" not in re.sub(r'"\$1"', "", expression), expression
    return expression


def panel_queries(names=None):
    """[("dashboard: panel, letter", query)] of these dashboards, else of all."""
    return [(f"{name}: {panel['title']}, {target['refId']}", filled(target["expr"]))
            for name, dashboard in dashboards().items() if names is None or name in names
            for panel in dashboard["panels"] for target in panel.get("targets", [])]


def rules():
    """[(file, rule)]"""
    return [(path, rule) for path in RULES for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]]


def rule_selectors():
    """[(rule, selector)] of all rules, but for what the kubelet measures."""
    result = []
    for _, rule in rules():
        name, found = rule.get("alert") or rule["record"], list(selectors(rule["expr"]))
        assert found, f"{name}: no selector in braces"
        result += [(name, each) for each in found if KUBELET not in each]
    return result


def selectors(expression):
    """What series a rule looks at, whatever their values are now: every selector, each label only asked to be there. A label
    that is to be anything but "" must be one that the series has, so a misspelt one finds nothing."""
    found = re.findall(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}", expression)
    for metric, matchers in found:
        labels = re.findall(r'([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"', matchers)
        fixed = {"service": OPERATOR} if OPERATOR in matchers else {}
        yield metric + "{" + ", ".join(fixed.get(label, f'{label}!=""') for label, _ in labels) + "}"


def without_data(prometheus, queries):
    """Of [(name, query)] those that have no number now, or are refused."""
    wrong = []
    for name, query in queries:
        try:
            values = [each["value"][1] for each in prometheus.query(query)]
        except ValueError as error:
            wrong.append(f"{name}: {error}\n    {query}")
            continue
        if all(value == "NaN" for value in values):
            wrong.append(f"{name}: {'only NaN' if values else 'nothing'}\n    {query}")
    return wrong


def _meta(pod, container, port):
    """The labels by which Prometheus' discovery of pods describes a port of one."""
    def word(name):
        return re.sub(r"[^a-zA-Z0-9_]", "_", name)
    metadata = pod["metadata"]
    labels = {"__meta_kubernetes_namespace": metadata["namespace"], "__meta_kubernetes_pod_name": metadata["name"],
              "__meta_kubernetes_pod_ip": pod["status"]["podIP"], "__meta_kubernetes_pod_phase": pod["status"]["phase"],
              "__meta_kubernetes_pod_container_name": container["name"], "__meta_kubernetes_pod_container_port_name": port["name"],
              "__meta_kubernetes_pod_container_port_number": str(port["containerPort"])}
    labels |= {f"__meta_kubernetes_pod_label_{word(name)}": value for name, value in metadata.get("labels", {}).items()}
    return labels | {f"__meta_kubernetes_pod_annotation_{word(name)}": value for name, value in metadata.get("annotations", {}).items()}


def configuration(pods, interval="1s", **job):
    """observability/prometheus.yaml with these pods (as Kubernetes has them) for what its discovery would find: Debian's Prometheus is
    built without that, and without its job about nodes. `job` is merged into each scrape job; its `relabel_configs` come after ours."""
    config = yaml.safe_load((FOLDER / "prometheus.yaml").read_text())
    config["global"] = {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval}
    config["rule_files"] = [str(FOLDER / path) for path in config["rule_files"]]
    config["scrape_configs"] = [each for each in config["scrape_configs"] if each["kubernetes_sd_configs"][0]["role"] == "pod"]
    for each in config["scrape_configs"]:
        wanted = dict(pair.split("=") for pair in each.pop("kubernetes_sd_configs")[0]["selectors"][0]["label"].split(","))
        found = [pod for pod in pods if wanted.items() <= pod["metadata"].get("labels", {}).items()]
        each["static_configs"] = [
            {"targets": [f"{pod['status']['podIP']}:{port['containerPort']}"], "labels": _meta(pod, container, port)}
            for pod in found for container in pod["spec"]["containers"] for port in container.get("ports", [])]
        more = dict(job)
        each["relabel_configs"] += more.pop("relabel_configs", [])
        each.update(more)
    return config
