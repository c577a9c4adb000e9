"""The services: rate, errors and duration by route, saturation, outbox and consumers."""

from panels.grafana import dashboard, row, stat, table, timeseries
from panels.selectors import API, API_WITHOUT_STREAMS, SERVICE, SERVICE_VARIABLE, SHOP_VARIABLES, quantile, rate, ratio

ERRORS = API + ', code=~"5.."'


def per_second(metric, by, legend):
    return [(rate(metric, SERVICE, by), legend)]


def p95(metric, by, legend):
    return [(quantile(0.95, metric, SERVICE, by), legend)]


def build():
    requests = rate("http_requests_total", API)
    by_route = "service, method, route"
    requests_by_route = rate("http_requests_total", API, by_route)
    panels = [
        row("Overview"),
        stat("Requests", "Requests per second at the public ports.", requests, "reqps"),
        stat("Errors", "Share of requests answered with a 5xx code.", ratio(rate("http_requests_total", ERRORS), requests),
             "percentunit", steps=[(None, "green"), (0.001, "orange"), (0.01, "red")]),
        stat("95% answered within", "95th percentile of the request duration.",
             quantile(0.95, "http_request_duration_seconds", API_WITHOUT_STREAMS), "s",
             steps=[(None, "green"), (0.25, "orange"), (1, "red")]),
        stat("Pods up", "Pods whose last scrape succeeded.", f"sum(up{{{SERVICE}}})", "none"),
        stat("Events in the outbox", "Events written but not yet confirmed by the broker, of all services.",
             f"sum(max by (namespace, shop, service) (outbox_pending{{{SERVICE}}}))", "short",
             steps=[(None, "green"), (100, "orange"), (1000, "red")]),
        stat("Oldest event in the outbox", "Age of the oldest event that the broker has not confirmed.",
             f"max(outbox_oldest_seconds{{{SERVICE}}})", "s", steps=[(None, "green"), (10, "orange"), (120, "red")]),
        row("Rate, errors, duration"),
        timeseries("Requests by service", "Requests per second at the public port.",
                   [(rate("http_requests_total", API, "service"), "{{service}}")], "reqps"),
        timeseries("Responses by code", "Responses per second: 4xx is a client error, 5xx a server error.",
                   [(rate("http_requests_total", API, "code"), "{{code}}")], "reqps", stacked=True),
        timeseries("Duration by service", "Request duration, median and 99th percentile.",
                   [(quantile(0.5, "http_request_duration_seconds", API_WITHOUT_STREAMS, "service"), "{{service}} 50%"),
                    (quantile(0.99, "http_request_duration_seconds", API_WITHOUT_STREAMS, "service"), "{{service}} 99%")], "s"),
        table("Routes", "Requests and errors per second of each route, and the 95th percentile of their duration.",
              [requests_by_route, rate("http_requests_total", ERRORS, by_route) + " or 0 * " + requests_by_route,
               quantile(0.95, "http_request_duration_seconds", API_WITHOUT_STREAMS, by_route)],
              [("service", "Service", None), ("method", "Method", None), ("route", "Route", None),
               ("Value #A", "Requests", "reqps"), ("Value #B", "Errors", "reqps"), ("Value #C", "95% within", "s")], width=24),
        row("Calls between services"),
        timeseries("Calls", "Calls to other services per second by result, counting each attempt.",
                   per_second("http_client_requests_total", "service, peer, code", "{{service}} to {{peer}}: {{code}}"), "reqps", width=12),
        timeseries("Duration of calls", "95th percentile.",
                   p95("http_client_request_duration_seconds", "service, peer", "{{service}} to {{peer}}"), "s", width=12),
        row("Saturation"),
        timeseries("Requests in flight", "Received and not yet answered.",
                   [(f'sum by (service) (http_requests_in_flight{{{API}}})', "{{service}}")]),
        timeseries("Busy workers", "Share of a pod's worker threads that run a handler, at the busiest pod. At 100% requests queue.",
                   [(f"max by (service) (http_workers_busy{{{API}}} / http_workers{{{API}}})", "{{service}}")], "percentunit"),
        timeseries("Request queue", "Share of the request queue in use, at the pod with the longest queue. At 100% requests are refused.",
                   [(f"max by (service) (http_queue_depth{{{API}}} / http_queue_limit{{{API}}})", "{{service}}")], "percentunit"),
        timeseries("Requests shed", "Requests per second answered with 503 because the queue was full or no worker was free in time.",
                   [(rate("http_requests_shed_total", API, "service, reason"), "{{service}} {{reason}}")], "reqps"),
        timeseries("Busy database connections", "Share of a pod's connection pool in use, at the busiest pod. At 100% transactions wait.",
                   [(f'max by (service) (db_pool_connections{{{SERVICE}, state="busy"}} / ignoring (state) db_pool_limit{{{SERVICE}}})',
                     "{{service}}")], "percentunit"),
        timeseries("Waiting for a database connection", "Threads of all pods that wait for a connection.",
                   [(f"sum by (service) (db_pool_waiting{{{SERVICE}}})", "{{service}}")]),
        timeseries("Transactions", "Per second, by name.", per_second("db_transactions_total", "service, name", "{{service}} {{name}}"), "ops"),
        timeseries("Duration of transactions", "95th percentile, by name.",
                   p95("db_transaction_duration_seconds", "service, name", "{{service}} {{name}}"), "s"),
        timeseries("Failed and retried transactions", "Transactions that failed for good, and retries after a transient error, per second.",
                   [(rate("db_transactions_total", SERVICE + ', result="failed"', "service"), "{{service}} failed"),
                    (rate("db_transaction_retries_total", SERVICE, "service"), "{{service}} retried")], "ops"),
        timeseries("Password hashes", "Running and waiting. Each takes a core and 19 MiB, so few run at once.",
                   [(f"sum(password_hashes_running{{{SERVICE}}})", "running"), (f"sum(password_hashes_waiting{{{SERVICE}}})", "waiting")]),
        timeseries("Age of the token revocation list", "Time since a service last updated its list of revoked tokens; normally seconds.",
                   [(f"max by (service) (revocations_age_seconds{{{SERVICE}}})", "{{service}}")], "s"),
        row("Events"),
        timeseries("Outbox: pending events", "Events written in a transaction and not yet confirmed by the broker.",
                   [(f"max by (service) (outbox_pending{{{SERVICE}}})", "{{service}}")]),
        timeseries("Outbox: oldest event", "Age of the oldest pending event.",
                   [(f"max by (service) (outbox_oldest_seconds{{{SERVICE}}})", "{{service}}")], "s"),
        timeseries("Published", "Events per second that the broker confirmed.", per_second("outbox_published_total", "service", "{{service}}"), "ops"),
        timeseries("Delay", "95th percentile of the time from an event's creation to its handling.",
                   p95("events_delay_seconds", "service, queue", "{{queue}}"), "s"),
        timeseries("Consumed", "Deliveries per second by result. Held: a dependency of the handler is unavailable.",
                   per_second("events_consumed_total", "queue, result", "{{queue}} {{result}}"), "ops"),
        timeseries("Failures of the outbox relay", "Connections to the broker or the database lost per hour.",
                   [(f"sum by (service) (increase(outbox_relay_failures_total{{{SERVICE}}}[1h]))", "{{service}}")]),
        row("Processes"),
        timeseries("CPU", "Cores in use.", [(rate("process_cpu_seconds_total", SERVICE, "service, pod"), "{{pod}}")], "none"),
        timeseries("Memory", "Resident memory.", [(f"process_resident_memory_bytes{{{SERVICE}}}", "{{pod}}")], "bytes"),
        table("Versions", "Pods of each version.",
              [f"count by (namespace, shop, service, version) (shopkeeper_build_info{{{SERVICE}}})"],
              [("namespace", "Namespace", None), ("shop", "Shop", None), ("service", "Service", None),
               ("version", "Version", None), ("Value", "Pods", None)], width=8),
    ]
    return dashboard("services", "Services", "Rate, errors, duration and saturation of a shop's services.",
                     [*SHOP_VARIABLES, SERVICE_VARIABLE], panels)
