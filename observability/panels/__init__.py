"""The dashboards' sources. `observability/generate.py` writes them as JSON."""
