"""The shop as a business: orders, revenue, what goes wrong with them, stock, mails."""

from panels.grafana import dashboard, graph, number, row
from panels.selectors import SHOP, SHOP_VARIABLES, if_any, increase, quantile, rate, ratio

PUBLIC = SHOP + ', listener="api"'
ERRORS = PUBLIC + ', code=~"5.."'
LOOKS = PUBLIC + ', method="GET", code=~"2..", route!="/health"'
ACTS = PUBLIC + ', method!="GET", code=~"2.."'
PRODUCTS = PUBLIC + ', method="GET", code=~"2..", route=~"(/api)?/products.*"'
SETTLED = "orders_settled_total"


def build():
    settled = increase(SETTLED, SHOP)
    panels = [
        row("At a glance"),
        number("Orders confirmed", "In the time that is shown.", increase(SETTLED, SHOP + ', state="confirmed"'), "short"),
        number("Revenue", "Totals of the orders confirmed in the time that is shown, in units of the shop's currency.",
               if_any(increase("orders_revenue_total", SHOP, "currency")), "short", legend="{{currency}}"),
        number("Refunded", "What customers were given back in the time that is shown, in units of the shop's currency.",
               if_any(increase("orders_refunded_total", SHOP, "currency")), "short", legend="{{currency}}"),
        number("Orders rejected", "Share of the orders settled in the time that is shown that were rejected.",
               ratio(increase(SETTLED, SHOP + ', state="rejected"'), settled), "percentunit",
               steps=[(None, "green"), (0.1, "orange"), (0.3, "red")]),
        number("Answered well", "Share of requests, of all services, that were not answered with a 5xx code, in the time that is shown.",
               f"1 - ({ratio(increase('http_requests_total', ERRORS), increase('http_requests_total', PUBLIC))})",
               "percentunit", steps=[(None, "red"), (0.99, "orange"), (0.999, "green")]),
        row("Orders"),
        graph("Orders", "Accepted a minute, and how their placing ended.",
              [("60 * " + rate("orders_placed_total", SHOP), "placed"),
               ("60 * " + rate(SETTLED, SHOP, "state"), "{{state}}")], "short"),
        graph("Orders under way", "Taken and not yet confirmed, rejected or cancelled, by how far they are; and those that are still to be given back.",
              [(f"sum by (state) (max by (namespace, shop, state) (orders_open{{{SHOP}}}))", "{{state}}")], "short", stacked=True),
        graph("Orders left for later", "A minute: another service was away, or they were taken up again after a crash or an absence.",
              [("60 * " + rate("orders_postponed_total", SHOP), "left for later"),
               ("60 * " + rate("orders_recovered_total", SHOP), "taken up again")], "short"),
        graph("Revenue", "Totals of confirmed orders, an hour, in units of the shop's currency.",
              [(if_any("3600 * " + rate("orders_revenue_total", SHOP, "currency")), "{{currency}}")], "short"),
        graph("Payments", "Requests to the payment provider a minute, by what came of them.",
              [(if_any("60 * " + rate("payments_total", SHOP, "operation, result")), "{{operation}} {{result}}")], "short"),
        graph("Time to place an order", "Half of the orders, and 95 of 100, are answered within this time.",
              [(quantile(0.5, "order_placement_duration_seconds", SHOP), "50%"),
               (quantile(0.95, "order_placement_duration_seconds", SHOP), "95%")], "s"),
        row("Stock"),
        graph("Reservations", "A minute, by what became of them; refused: not enough in stock.",
              [("60 * " + rate("stock_reservations_total", SHOP, "result"), "{{result}}"),
               ("60 * " + rate("stock_reservations_expired_total", SHOP), "expired")], "short"),
        graph("Stock runs low", "Products an hour that came down to their threshold.",
              [(if_any("3600 * " + rate("outbox_published_total", SHOP + ', type="stock.low"')), "products")], "short"),
        graph("Stock moved", "By staff, moves an hour, by reason.",
              [(if_any("3600 * " + rate("stock_moves_total", SHOP, "reason")), "{{reason}}")], "short"),
        graph("Products that are low now", "On sale, and no more available than the threshold of each; what staff should order.",
              [(f"sum(max by (namespace, shop) (products_low_stock{{{SHOP}}}))", "low"),
               (f"sum(max by (namespace, shop) (products_on_sale{{{SHOP}}}))", "on sale")], "short", width=12),
        graph("Pieces in stock", "Of products on sale: free, and held for orders that are under way.",
              [(f"sum by (state) (max by (namespace, shop, state) (stock_units{{{SHOP}}}))", "{{state}}")], "short", stacked=True, width=12),
        graph("What happened", "Events a minute: customers registered, orders shipped, reviews written, stock that runs low and all the others.",
              [("60 * " + rate("outbox_published_total", SHOP, "type"), "{{type}}")], "short", width=24),
        row("Customers"),
        graph("What is looked at", "Pages and searches a minute, the eight most asked for.",
              [("topk(8, 60 * " + rate("http_requests_total", LOOKS, "route") + ")", "{{route}}")], "short", width=12),
        graph("What is done", "Everything that changes something and succeeded, a minute: carts filled, orders, logins, reviews.",
              [("60 * " + rate("http_requests_total", ACTS, "method, route"), "{{method}} {{route}}")], "short", width=12),
        graph("Orders for each 100 product pages", "How many of those who look at products order.",
              [(f"100 * {rate('orders_placed_total', SHOP)} / ({rate('http_requests_total', PRODUCTS)} > 0)", "orders")], "short"),
        graph("How requests end", "Answers a minute: 404 and 422 are what customers could not find or not order.",
              [("60 * " + rate("http_requests_total", PUBLIC, "code"), "{{code}}")], "short", stacked=True),
        graph("Reviews", "Written, changed and judged, an hour.",
              [(if_any("3600 * " + rate("reviews_total", SHOP, "action")), "{{action}}")], "short"),
        row("Mails"),
        graph("Mails", "Tries a minute to hand a mail to the server, by how they ended. Only where a server is configured.",
              [("60 * " + rate("notification_mails_total", SHOP, "result"), "{{result}}")], "short", width=12),
        graph("Mails that wait", "Not yet sent.", [(f"max by (shop) (notification_mails_waiting{{{SHOP}}})", "{{shop}}")], "short", width=6),
        graph("For how long", "Age of the mail that waits longest.",
              [(f"max by (shop) (notification_mails_oldest_seconds{{{SHOP}}})", "{{shop}}")], "s", width=6),
    ]
    return dashboard("shop", "Shop", "What a shop sells, and what keeps it from selling more.", SHOP_VARIABLES, panels)
