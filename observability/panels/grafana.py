"""Grafana's dashboard JSON, as far as it is used here: each function returns the JSON of one element."""

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


def target(expression, legend="", instant=False, table=False):
    """A Prometheus query; `instant` asks for the value at the end of the time range only."""
    out = {"datasource": DATASOURCE, "expr": expression, "legendFormat": legend or "__auto", "range": not instant,
           "instant": instant}
    return {**out, "format": "table"} if table else out


def _panel(kind, title, description, targets, width, height, options, field_config):
    for letter, each in zip("ABCDEFGH", targets):
        each["refId"] = letter
    return {"type": kind, "title": title, "description": description, "datasource": DATASOURCE, "targets": targets,
            "gridPos": {"w": width, "h": height}, "options": options, "fieldConfig": field_config}


def _field_config(unit, low=None, steps=None, overrides=(), **custom):
    defaults = {"unit": unit, "custom": custom, "color": {"mode": "thresholds" if steps else "palette-classic"},
                "thresholds": {"mode": "absolute", "steps": [
                    {"color": color, "value": value} for value, color in steps or [(None, "green")]]}}
    if low is not None:
        defaults["min"] = low
    return {"defaults": defaults, "overrides": list(overrides)}


def timeseries(title, description, queries, unit="short", width=8, stacked=False):
    """A graph of lines; `queries` are (expression, legend)."""
    options = {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}, "tooltip": {"mode": "multi", "sort": "desc"}}
    field_config = _field_config(unit, low=0, lineWidth=1, fillOpacity=30 if stacked else 8, showPoints="never",
                                 stacking={"mode": "normal" if stacked else "none", "group": "A"})
    return _panel("timeseries", title, description, [target(*each) for each in queries], width, 8, options, field_config)


def stat(title, description, expression, unit="short", steps=None, legend=""):
    """A single value at the end of the time range; `steps` are (lower bound, colour)."""
    options = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "value",
               "graphMode": "none", "textMode": "auto", "justifyMode": "auto", "orientation": "auto"}
    return _panel("stat", title, description, [target(expression, legend, instant=True)], 4, 4, options, _field_config(unit, steps=steps))


def table(title, description, queries, columns, width):
    """A row for each series; `columns` are (label or "Value #A", heading, unit or None) in the order shown."""
    overrides = [{"matcher": {"id": "byName", "options": heading}, "properties": [{"id": "unit", "value": unit}]}
                 for _, heading, unit in columns if unit]
    targets = [target(expression, instant=True, table=True) for expression in queries]
    names = [name for name, _, _ in columns]
    transformations = [
        {"id": "merge", "options": {}},
        {"id": "filterFieldsByName", "options": {"include": {"names": names}}},
        {"id": "organize", "options": {"indexByName": {name: at for at, name in enumerate(names)},
                                       "renameByName": {name: heading for name, heading, _ in columns}}}]
    return {**_panel("table", title, description, targets, width, 8, {"showHeader": True, "cellHeight": "sm"},
                     _field_config("short", overrides=overrides)), "transformations": transformations}


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
