"""Grafana's dashboard JSON, as far as it is used here: each function returns the JSON of one element."""

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


def target(expression, legend="", instant=False, table=False):
    """A Prometheus query; `instant` asks for the value at the end of the time range only."""
    out = {"datasource": DATASOURCE, "expr": expression, "legendFormat": legend or "__auto", "range": not instant,
           "instant": instant}
    return {**out, "format": "table"} if table else out


def _panel(kind, title, description, queries, unit, width, height, **more):
    targets = [each if isinstance(each, dict) else target(*each) for each in queries]
    for letter, each in zip("ABCDEFGH", targets):
        each["refId"] = letter
    return {"type": kind, "title": title, "description": description, "datasource": DATASOURCE, "targets": targets,
            "gridPos": {"w": width, "h": height}, "unit": unit, **more}


def _field(unit, low=None, steps=None, **custom):
    defaults = {"unit": unit, "custom": custom, "color": {"mode": "thresholds" if steps else "palette-classic"},
                "thresholds": {"mode": "absolute", "steps": [
                    {"color": color, "value": value} for value, color in steps or [(None, "green")]]}}
    if low is not None:
        defaults["min"] = low
    return {"defaults": defaults, "overrides": []}


def timeseries(title, description, queries, unit="short", width=8, height=8, stacked=False, low=0):
    """A graph of lines; `queries` are (expression, legend)."""
    out = _panel("timeseries", title, description, queries, unit, width, height)
    out["options"] = {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
                      "tooltip": {"mode": "multi", "sort": "desc"}}
    out["fieldConfig"] = _field(out.pop("unit"), low, lineWidth=1, fillOpacity=30 if stacked else 8, showPoints="never",
                                stacking={"mode": "normal" if stacked else "none", "group": "A"})
    return out


def stat(title, description, expression, unit="short", width=4, height=4, steps=None, legend=""):
    """A single value at the end of the time range; `steps` are (lower bound, colour)."""
    out = _panel("stat", title, description, [target(expression, legend, instant=True)], unit, width, height)
    out["options"] = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "value",
                      "graphMode": "none", "textMode": "auto", "justifyMode": "auto", "orientation": "auto"}
    out["fieldConfig"] = _field(out.pop("unit"), steps=steps)
    return out


def table(title, description, queries, columns, width=12, height=8):
    """A row for each series; `columns` are (label or "Value #A", heading, unit or None) in the order shown."""
    out = _panel("table", title, description, [target(expression, instant=True, table=True) for expression in queries],
                 "short", width, height)
    out["options"] = {"showHeader": True, "cellHeight": "sm"}
    out["fieldConfig"] = _field(out.pop("unit"))
    out["fieldConfig"]["overrides"] = [
        {"matcher": {"id": "byName", "options": heading}, "properties": [{"id": "unit", "value": unit}]}
        for _, heading, unit in columns if unit]
    names = [name for name, _, _ in columns]
    out["transformations"] = [
        {"id": "merge", "options": {}},
        {"id": "filterFieldsByName", "options": {"include": {"names": names}}},
        {"id": "organize", "options": {"indexByName": {name: at for at, name in enumerate(names)},
                                       "renameByName": {name: heading for name, heading, _ in columns}}}]
    return out


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"w": 24, "h": 1}}


def variable(name, label, query, description):
    """A drop-down list with multiple choice; `query` is a template query of Grafana's Prometheus data source."""
    return {"type": "query", "name": name, "label": label, "description": description, "datasource": DATASOURCE,
            "query": {"query": query, "refId": name}, "definition": query, "refresh": 2, "sort": 1, "multi": True,
            "includeAll": True, "allValue": ".*" if name != "shop" else ".+",
            "current": {"text": ["All"], "value": ["$__all"]}, "options": [], "hide": 0, "skipUrlSync": False}


def _with_layout(panels):
    """Places the panels from left to right on Grafana's 24 columns, line by line, and numbers them."""
    x = y = line_height = 0
    for panel_id, panel in enumerate(panels, 1):
        position = panel["gridPos"]
        if x + position["w"] > 24 or panel["type"] == "row":
            x, y, line_height = 0, y + line_height, 0
        position["x"], position["y"] = x, y
        x, line_height = x + position["w"], max(line_height, position["h"])
        panel["id"] = panel_id
    return panels


def dashboard(uid, title, description, variables, panels):
    source = {"type": "datasource", "name": "datasource", "label": "Prometheus", "query": "prometheus", "refresh": 1,
              "current": {}, "options": [], "hide": 0, "includeAll": False, "multi": False, "regex": ""}
    links = [{"type": "dashboards", "tags": ["shopkeeper"], "title": "Shopkeeper", "asDropdown": True, "keepTime": True,
              "includeVars": True, "targetBlank": False, "icon": "external link", "tooltip": "", "url": ""}]
    return {"uid": f"shopkeeper-{uid}", "title": f"Shopkeeper / {title}", "description": description,
            "tags": ["shopkeeper"], "schemaVersion": 39, "version": 1, "editable": True, "graphTooltip": 1,
            "timezone": "browser", "refresh": "30s", "time": {"from": "now-1h", "to": "now"}, "links": links,
            "annotations": {"list": []}, "templating": {"list": [source, *variables]}, "panels": _with_layout(panels)}
