"""What can be said of dashboards, rules and runbooks without running anything but promtool."""

import json
import re
import subprocess
import sys

import pytest
from lib.observability import FOLDER, RULES, configuration, dashboards, filled, panel_queries, rules
from lib.prometheus import promtool

UNITS = {"short", "none", "s", "percentunit", "reqps", "ops", "bytes", "Bps", "currencyUSD"}
DASHBOARDS = dashboards()


def test_generated_dashboards_are_up_to_date():
    done = subprocess.run([sys.executable, FOLDER / "generate.py", "--check"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_can_be_imported_and_fits_a_configmap(name):
    assert (FOLDER / "dashboards" / f"{name}.json").stat().st_size < 200_000
    board = DASHBOARDS[name]
    assert board["uid"] == f"shopkeeper-{name}" and len(board["uid"]) <= 40
    assert board["title"] and board["description"] and "shopkeeper" in board["tags"]
    assert "id" not in board, "Grafana gives it"
    variables = board["templating"]["list"]
    assert variables[0] == {**variables[0], "type": "datasource", "name": "datasource", "query": "prometheus"}
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    known = {f"${each['name']}" for each in variables} | {"$__rate_interval", "$__range"}
    taken = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert place["x"] + place["w"] <= 24 and not cells & taken, panel["title"]
        taken |= cells
        if panel["type"] == "row":
            continue
        assert panel["title"] and panel["description"].endswith("."), panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}"
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
        assert panel["targets"] and all(target["datasource"]["uid"] == "${datasource}" for target in panel["targets"])
        for target in panel["targets"]:
            assert set(re.findall(r"\$\w+", target["expr"])) <= known, target["expr"]


def test_queries_look_at_what_is_chosen():
    """Who chooses a shop sees nothing of another's."""
    for name in ("shop", "services", "stores"):
        for panel in DASHBOARDS[name]["panels"]:
            for target in panel.get("targets", []):
                for matchers in re.findall(r"\{([^}]*)\}", target["expr"]):
                    assert 'namespace=~"$namespace", shop=~"$shop"' in matchers, target["expr"]


def test_no_query_is_there_twice():
    queries = [query for _, query in panel_queries(["shop"])]
    assert len(queries) == len(set(queries))
    assert filled('x{shop=~"$shop"}') == 'x{shop=~".+"}'


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_promtool_takes_the_rules(path):
    code, said = promtool("check", "rules", path)
    assert code == 0 and "SUCCESS" in said, said


def test_promtool_takes_the_configuration(tmp_path):
    """But for the discovery of pods, which Debian's Prometheus is built without."""
    (tmp_path / "prometheus.yml").write_text(json.dumps(configuration([])))
    code, said = promtool("check", "config", tmp_path / "prometheus.yml")
    assert code == 0, said


def test_alerts_fire_when_they_should():
    done = subprocess.run(["promtool", "test", "rules", "alerts_test.yaml"], cwd=FOLDER / "rules", capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tested = (FOLDER / "rules/alerts_test.yaml").read_text()
    for _, rule in rules():
        if "alert" in rule:
            assert f"runbooks/{rule['alert']}.md" in tested, f"no test in which {rule['alert']} fires"


def test_each_alert_has_a_runbook_and_each_runbook_an_alert():
    alerts = {rule["alert"]: rule for _, rule in rules() if "alert" in rule}
    assert {path.stem for path in (FOLDER / "runbooks").glob("*.md")} == set(alerts)
    for name, rule in alerts.items():
        assert rule["annotations"]["runbook_url"] == f"observability/runbooks/{name}.md"
        assert rule["annotations"]["summary"] and rule["annotations"]["description"].endswith(".")
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["for"]
        text = (FOLDER / "runbooks" / f"{name}.md").read_text()
        assert text.startswith(f"# {name}\n")
        for heading in ("## What it means", "## How to look", "## What to do"):
            assert re.search(re.escape(heading) + r"\n[^#\n]", text), f"{name}: {heading}"


def test_log_messages_in_runbooks_are_logged_by_the_code():
    code = "".join(path.read_text() for folder in ("services", "operator") for path in (FOLDER.parent / folder).rglob("*.cpp"))
    for path in (FOLDER / "runbooks").glob("*.md"):
        for message in re.findall(r'\.message=="([^"]+)"', path.read_text()):
            assert f'"{message}"' in code, f"{path.name}: {message}"
