"""The shop as a business: orders, revenue, rejections, stock, customers, mails."""

from panels.grafana import dashboard, row, stat, timeseries
from panels.selectors import SHOP, SHOP_VARIABLES, increase, or_zero, quantile, rate, rate_per_hour, rate_per_minute, ratio

PUBLIC = SHOP + ', listener="api"'
ERRORS = PUBLIC + ', code=~"5.."'
SUCCESSFUL_READS = PUBLIC + ', method="GET", code=~"2..", route!="/health"'
SUCCESSFUL_WRITES = PUBLIC + ', method!="GET", code=~"2.."'
PRODUCT_VIEWS = PUBLIC + ', method="GET", code=~"2..", route=~"(/api)?/products.*"'
SETTLED = "orders_settled_total"


def build():
    panels = [
        row("Overview"),
        stat("Orders confirmed", "In the dashboard's time range.", increase(SETTLED, SHOP + ', state="confirmed"'), "short"),
        stat("Revenue", "Total of the orders confirmed in the time range, in the shop's currency.",
             or_zero(increase("orders_revenue_total", SHOP, "currency")), "short", legend="{{currency}}"),
        stat("Refunded", "Total of the refunds in the time range, in the shop's currency.",
             or_zero(increase("orders_refunded_total", SHOP, "currency")), "short", legend="{{currency}}"),
        stat("Orders rejected", "Share of the orders settled in the time range that were rejected.",
             ratio(increase(SETTLED, SHOP + ', state="rejected"'), increase(SETTLED, SHOP)), "percentunit",
             steps=[(None, "green"), (0.1, "orange"), (0.3, "red")]),
        stat("Success rate", "Share of requests in the time range, of all services, not answered with a 5xx code.",
             f"1 - ({ratio(increase('http_requests_total', ERRORS), increase('http_requests_total', PUBLIC))})",
             "percentunit", steps=[(None, "red"), (0.99, "orange"), (0.999, "green")]),
        row("Orders"),
        timeseries("Orders", "Orders placed per minute, and settled by final state.",
                   [(rate_per_minute("orders_placed_total", SHOP), "placed"),
                    (rate_per_minute(SETTLED, SHOP, "state"), "{{state}}")], "short"),
        timeseries("Open orders", "Orders not yet confirmed, rejected or cancelled, by state, and those that still owe a release or a refund.",
                   [(f"sum by (state) (max by (namespace, shop, state) (orders_open{{{SHOP}}}))", "{{state}}")], "short", stacked=True),
        timeseries("Orders postponed", "Orders per minute postponed because a dependency was unavailable, and resumed later or after a crash.",
                   [(rate_per_minute("orders_postponed_total", SHOP), "postponed"),
                    (rate_per_minute("orders_recovered_total", SHOP), "resumed")], "short"),
        timeseries("Revenue", "Total of confirmed orders per hour, in the shop's currency.",
                   [(or_zero(rate_per_hour("orders_revenue_total", SHOP, "currency")), "{{currency}}")], "short"),
        timeseries("Payments", "Requests to the payment provider per minute by operation and result.",
                   [(or_zero(rate_per_minute("payments_total", SHOP, "operation, result")), "{{operation}} {{result}}")], "short"),
        timeseries("Time to place an order", "Median and 95th percentile.",
                   [(quantile(0.5, "order_placement_duration_seconds", SHOP), "50%"),
                    (quantile(0.95, "order_placement_duration_seconds", SHOP), "95%")], "s"),
        row("Stock"),
        timeseries("Reservations", "Per minute by result. Refused: not enough stock.",
                   [(rate_per_minute("stock_reservations_total", SHOP, "result"), "{{result}}"),
                    (rate_per_minute("stock_reservations_expired_total", SHOP), "expired")], "short"),
        timeseries("Low stock events", "Products per hour whose stock fell to their threshold.",
                   [(or_zero(rate_per_hour("outbox_published_total", SHOP + ', type="stock.low"')), "products")], "short"),
        timeseries("Stock moves", "Moves by staff per hour, by reason.",
                   [(or_zero(rate_per_hour("stock_moves_total", SHOP, "reason")), "{{reason}}")], "short"),
        timeseries("Products low in stock", "Products on sale whose available stock is at or below their threshold.",
                   [(f"sum(max by (namespace, shop) (products_low_stock{{{SHOP}}}))", "low"),
                    (f"sum(max by (namespace, shop) (products_on_sale{{{SHOP}}}))", "on sale")], "short", width=12),
        timeseries("Units in stock", "Units of products on sale: available, and reserved for open orders.",
                   [(f"sum by (state) (max by (namespace, shop, state) (stock_units{{{SHOP}}}))", "{{state}}")], "short", stacked=True, width=12),
        timeseries("Events by type", "Events published per minute.",
                   [(rate_per_minute("outbox_published_total", SHOP, "type"), "{{type}}")], "short", width=24),
        row("Customers"),
        timeseries("Reads", "Successful GET requests per minute, the eight most requested routes.",
                   [("topk(8, " + rate_per_minute("http_requests_total", SUCCESSFUL_READS, "route") + ")", "{{route}}")], "short", width=12),
        timeseries("Writes", "Successful requests that change something, per minute: carts, orders, logins, reviews.",
                   [(rate_per_minute("http_requests_total", SUCCESSFUL_WRITES, "method, route"), "{{method}} {{route}}")], "short", width=12),
        timeseries("Orders per 100 product views", "Conversion: orders placed for each 100 requests for products.",
                   [(f"100 * {rate('orders_placed_total', SHOP)} / ({rate('http_requests_total', PRODUCT_VIEWS)} > 0)", "orders")], "short"),
        timeseries("Responses by code", "Responses per minute. 404 and 422 show what customers did not find or could not order.",
                   [(rate_per_minute("http_requests_total", PUBLIC, "code"), "{{code}}")], "short", stacked=True),
        timeseries("Reviews", "Reviews created, changed and moderated per hour.",
                   [(or_zero(rate_per_hour("reviews_total", SHOP, "action")), "{{action}}")], "short"),
        row("Mails"),
        timeseries("Mails", "Attempts to send a mail per minute by result. Empty without a mail server.",
                   [(rate_per_minute("notification_mails_total", SHOP, "result"), "{{result}}")], "short", width=12),
        timeseries("Mails waiting", "Mails not yet sent.", [(f"max by (shop) (notification_mails_waiting{{{SHOP}}})", "{{shop}}")], "short", width=6),
        timeseries("Oldest mail", "Age of the oldest mail not yet sent.",
                   [(f"max by (shop) (notification_mails_oldest_seconds{{{SHOP}}})", "{{shop}}")], "s", width=6),
    ]
    return dashboard("shop", "Shop", "Orders, revenue, stock, customers and mails of a shop.", SHOP_VARIABLES, panels)
