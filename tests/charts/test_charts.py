"""The charts as a whole: what they render to with sets of values is valid, packages are complete, generated parts are up to date."""

import json
import subprocess
import sys

import pytest
import yaml
from manifests import kube_score, kubeconform, said
from rendering import CHARTS, EXAMPLES, KUBERNETES, helm, render, shop_of
import rules

MONITORED = ("--api-versions", "monitoring.coreos.com/v1/PodMonitor", "--api-versions", "monitoring.coreos.com/v1/PrometheusRule")
GATEWAY = {"gateway": {"host": "shop.example.com", "parentRefs": [{"name": "public", "namespace": "infra", "sectionName": "https"}]}}
BACKUP = {"database": {"managed": {"backup": {"schedule": "0 3 * * *", "keep": {"full": 2}, "destination": {
    "s3": {"endpoint": "s3.example.com", "bucket": "backups", "secret": "store"}}}}}}
HIGHLY_AVAILABLE = {"operator": {"replicas": 2}, "database": {"cloudNativePG": {"instances": 3}}, "messaging": {"clusterOperator": {"replicas": 3}},
                    "services": {service: {"replicas": 2} for service in ("user", "product", "order", "notification")}}
RESTORE = {"restoreFrom": {"s3": {"endpoint": "s3.example.com", "bucket": "backups", "path": "/old", "secret": "store"}, "targetTime": "2026-01-01T00:00:00Z"}}
POD = {"priorityClassName": "high", "tolerations": [{"key": "a"}], "nodeSelector": {"disk": "ssd"}, "podAnnotations": {"a": "b"}, "podLabels": {"a": "b"},
       "global": {"image": {"pullSecrets": ["one", "two"]}}, "serviceAccount": {"annotations": {"a": "b"}}}
# Sets of values: chart, values, further arguments.
VALUES = {
    "defaults": ("shop", {}, ()),
    **{path.name: ("shop", yaml.safe_load((path / "values.yaml").read_text()), ()) for path in EXAMPLES},
    "ha": ("shop", HIGHLY_AVAILABLE, ()),
    "gateway": ("shop", GATEWAY, ()),
    "backup": ("shop", BACKUP, ()),
    "restore": ("shop", RESTORE, ()),
    "monitored": ("shop", {"monitoring": {"labels": {"release": "prometheus"}}}, MONITORED),
    "the operator alone": ("shopkeeper-operator", {}, ()),
    "the operator with everything": ("shopkeeper-operator", {"replicas": 2, "namespaces": ["one", "two"], **POD}, MONITORED),
    "the operator of the cluster": ("shopkeeper-operator", {"scope": "Cluster"}, ()),
}


@pytest.fixture(params=VALUES)
def rendered(request, tmp_path):
    """(file, its objects)"""
    chart, values, args = VALUES[request.param]
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(values))
    file = tmp_path / "all.yaml"
    file.write_text(render(chart, "-f", tmp_path / "values.yaml", *args))
    objects = [each for each in yaml.safe_load_all(file.read_text()) if each and each["kind"] != "CustomResourceDefinition"]
    file.write_text(yaml.safe_dump_all(objects))
    assert objects
    return file, objects


def test_manifests_are_valid(rendered, schema_folders):
    file, objects = rendered
    assert said(kubeconform([file], schema_folders)) == ""
    for rule in (rules.restricted, rules.unlimited, rules.dangling):
        assert said(rule(objects)) == ""
    assert said(kube_score(file)) == ""


@pytest.mark.parametrize("manifest, wrong", [
    ({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"port": []}}, "port"),
    ({"apiVersion": "shopkeeper.dev/v1alpha1", "kind": "Shop", "metadata": {"name": "a"}, "spec": {"acess": "Open"}}, "acess"),
    ({"apiVersion": "example.com/v1", "kind": "Unknown", "metadata": {"name": "a"}}, "could not find schema")])
def test_wrong_manifests_are_found(manifest, wrong, schema_folders, tmp_path):
    (tmp_path / "wrong.yaml").write_text(json.dumps(manifest))
    assert wrong in said(kubeconform([tmp_path / "wrong.yaml"], schema_folders))


def test_critical_findings_are_found(tmp_path):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "a", "image": "a:latest"}]}}
    (tmp_path / "wrong.yaml").write_text(json.dumps(pod))
    found = said(kube_score(tmp_path / "wrong.yaml"))
    for check in ("container-image-tag", "container-resources", "pod-networkpolicy", "container-security-context-user-group-id"):
        assert f"Pod a: {check}:" in found


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_renders_to_its_shop(example):
    assert shop_of(example) == (example / "shop.yaml").read_text(), "charts/test.sh --update writes it"


@pytest.mark.parametrize("chart", ["shop", "shopkeeper-operator"])
def test_lint(chart):
    helm("lint", "--strict", "--quiet", CHARTS / chart, "--kube-version", KUBERNETES)


def test_generated_files_are_up_to_date():
    done = subprocess.run([sys.executable, CHARTS / "generate.py", "--check"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    helm("package", CHARTS / "shop", "--destination", folder)
    return next(folder.glob("shop-*.tgz"))


def test_a_package_renders_to_the_same(package):
    assert render(package) == render("shop")


def test_a_package_has_no_tests(package):
    """But for those that `helm test` runs."""
    names = subprocess.run(["tar", "-tzf", package], capture_output=True, text=True, timeout=60, check=True).stdout.split()
    assert "shop/templates/tests/place-order.yaml" in names and "shop/charts/operator/Chart.yaml" not in names
    assert [each for each in names if each.endswith("_test.yaml") or "/examples/" in each] == []


def test_the_chart_can_leave_out_the_operator():
    """helm-unittest cannot say so of a template of a chart that is disabled."""
    assert {each["kind"] for each in yaml.safe_load_all(render("shop", "--set", "operator.enabled=false")) if each} <= {"Shop", "Pod", "CustomResourceDefinition"}


def test_dashboards_and_rules_are_those_of_observability():
    """The chart has observability/ as symbolic links."""
    objects = [each for each in yaml.safe_load_all(render("shop", *MONITORED)) if each]
    dashboards = {name: text.rstrip() for each in objects if each["metadata"].get("labels", {}).get("grafana_dashboard")
                  for name, text in each["data"].items()}
    folder = CHARTS.parent / "observability"
    wanted = {"shopkeeper-" + path.name: path.read_text().rstrip() for path in (folder / "dashboards").glob("*.json")}
    assert len(wanted) >= 4 and dashboards == wanted
    found = [each["spec"] for each in objects if each["kind"] == "PrometheusRule"]
    assert found == [yaml.safe_load((folder / "rules" / name).read_text()) for name in ("recording.yaml", "alerts.yaml")]
