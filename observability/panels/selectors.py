"""PromQL selectors and expressions. A shop's series are selected by the labels that PodMonitors and prometheus.yaml attach."""

from panels.grafana import variable

SHOP = 'namespace=~"$namespace", shop=~"$shop"'
SERVICE = SHOP + ', service=~"$service"'
OPERATOR = 'service="shopkeeper-operator"'
# The public port, without probes and scrapes.
API = SERVICE + ', listener="api"'
# Event streams stay open as long as the client listens, so their duration is no latency.
API_WITHOUT_STREAMS = API + ', route!~".*/events"'

NAMESPACE_VARIABLE = variable("namespace", "Namespace", 'label_values(up{shop!=""}, namespace)', "Namespaces with Shops.")
SHOP_VARIABLE = variable("shop", "Shop", 'label_values(up{namespace=~"$namespace", shop!=""}, shop)', "Names of Shops.")
SERVICE_VARIABLE = variable(
    "service", "Service", 'label_values(shopkeeper_build_info{namespace=~"$namespace", shop=~"$shop"}, service)',
    "user, product, order or notification.")
SHOP_VARIABLES = [NAMESPACE_VARIABLE, SHOP_VARIABLE]


def rate(metric, labels, by=""):
    """Increase per second, summed by labels."""
    return f"sum{f' by ({by})' if by else ''} (rate({metric}{{{labels}}}[$__rate_interval]))"


def rate_per_minute(metric, labels, by=""):
    return "60 * " + rate(metric, labels, by)


def rate_per_hour(metric, labels, by=""):
    return "3600 * " + rate(metric, labels, by)


def increase(metric, labels, by=""):
    """Increase over the dashboard's time range, summed by labels."""
    return f"sum{f' by ({by})' if by else ''} (increase({metric}{{{labels}}}[$__range]))"


def quantile(share, metric, labels, by=""):
    return f"histogram_quantile({share}, {rate(metric + '_bucket', labels, 'le' + (', ' + by if by else ''))})"


def or_zero(expression):
    """0 for a counter whose series only appear with the first increment."""
    return f"{expression} or on () vector(0)"


def ratio(part, whole):
    """part / whole, and 0 where either has no value or whole is 0."""
    return f"({part} or 0 * {whole}) / ({whole} > 0) or 0 * {whole}"
