"""How the series of a shop are found: by the labels that PodMonitors (and prometheus.yaml here) give them."""

from panels.grafana import variable

SHOP = 'namespace=~"$namespace", shop=~"$shop"'
SERVICE = SHOP + ', service=~"$service"'
OPERATOR = 'service="shopkeeper-operator"'
# What people wait for; not the probes and scrapes.
API = SERVICE + ', listener="api"'
# Streams of events last as long as somebody looks.
QUICK = API + ', route!~".*/events"'

NAMESPACE_VARIABLE = variable("namespace", "Namespace", 'label_values(up{shop!=""}, namespace)', "Where the shops are.")
SHOP_VARIABLE = variable("shop", "Shop", 'label_values(up{namespace=~"$namespace", shop!=""}, shop)', "Names of Shops.")
SERVICE_VARIABLE = variable(
    "service", "Service", 'label_values(shopkeeper_build_info{namespace=~"$namespace", shop=~"$shop"}, service)',
    "user, product, order or notification.")
SHOP_VARIABLES = [NAMESPACE_VARIABLE, SHOP_VARIABLE]


def rate(metric, labels, by=""):
    """Events a second, summed by labels."""
    return f"sum{f' by ({by})' if by else ''} (rate({metric}{{{labels}}}[$__rate_interval]))"


def increase(metric, labels, by=""):
    """How many in the time that is shown."""
    return f"sum{f' by ({by})' if by else ''} (increase({metric}{{{labels}}}[$__range]))"


def quantile(share, metric, labels, by=""):
    return f"histogram_quantile({share}, {rate(metric + '_bucket', labels, 'le' + (', ' + by if by else ''))})"


def if_any(expression):
    """Of what may never have happened: 0 then. Its series are made when it first does."""
    return f"{expression} or on () vector(0)"


def ratio(part, whole):
    """A share; of nothing it is nothing that can be shown wrongly: 0."""
    return f"({part} or 0 * {whole}) / ({whole} > 0) or 0 * {whole}"
