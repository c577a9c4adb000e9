"""The operator: does it work, how fast, and how are the Shops that it keeps."""

from panels.grafana import dashboard, graph, number, row, table
from panels.selectors import OPERATOR, quantile, rate

CONTROLLER = OPERATOR + ', controller="shop"'
QUEUE = OPERATOR + ', name="shop"'


def build():
    panels = [
        row("At a glance"),
        number("Shops ready", "Shops whose condition Ready is true.", f"sum(max by (shop_namespace, shop) (shopkeeper_shop_ready{{{OPERATOR}}}))",
               "none"),
        number("Shops not ready", "All other Shops.", f"sum(1 - max by (shop_namespace, shop) (shopkeeper_shop_ready{{{OPERATOR}}}))", "none",
               steps=[(None, "green"), (1, "red")]),
        number("Shops degraded", "Shops of which something has failed.",
               f"sum(max by (shop_namespace, shop) (shopkeeper_shop_degraded{{{OPERATOR}}}))", "none", steps=[(None, "green"), (1, "red")]),
        number("Leaders", "Pods of operators that hold their lease.", f"sum(leader_election_master_status{{{OPERATOR}}})", "none",
               steps=[(None, "red"), (1, "green")]),
        number("Errors", "Reconciles a second that failed.",
               rate("controller_runtime_reconcile_errors_total", CONTROLLER), "ops",
               steps=[(None, "green"), (0.01, "orange"), (0.1, "red")]),
        number("Queue", "Shops that wait to be looked at.", f"sum(workqueue_depth{{{QUEUE}}})", "none"),
        row("Reconciles"),
        graph("Reconciles", "A second, by what they ended in.",
              [(rate("controller_runtime_reconcile_total", CONTROLLER, "result"), "{{result}}")], "ops", stacked=True),
        graph("Duration", "Of a reconcile.",
              [(quantile(0.5, "controller_runtime_reconcile_time_seconds", CONTROLLER), "50%"),
               (quantile(0.95, "controller_runtime_reconcile_time_seconds", CONTROLLER), "95%")], "s"),
        graph("Workers", "Reconciles that run, and how many may at once.",
              [(f"sum(controller_runtime_active_workers{{{CONTROLLER}}})", "running"),
               (f"sum(controller_runtime_max_concurrent_reconciles{{{CONTROLLER}}})", "at most")], "none"),
        graph("Queue", "Shops that wait, and those tried again after a failure, a second.",
              [(f"sum(workqueue_depth{{{QUEUE}}})", "waiting"), (rate("workqueue_retries_total", QUEUE), "tried again")], "short"),
        graph("Wait in the queue", "95 of 100 Shops are taken up within this time.",
              [(quantile(0.95, "workqueue_queue_duration_seconds", QUEUE), "95%"),
               (f"max(workqueue_longest_running_processor_seconds{{{QUEUE}}})", "longest reconcile under way")], "s"),
        table("Shops", "Each Shop: 1 is yes.",
              [f"max by (shop_namespace, shop) (shopkeeper_shop_ready{{{OPERATOR}}})",
               f"max by (shop_namespace, shop) (shopkeeper_shop_degraded{{{OPERATOR}}})"],
              [("shop_namespace", "Namespace", None), ("shop", "Shop", None), ("Value #A", "Ready", None),
               ("Value #B", "Degraded", None)], width=8),
        row("The API server, as the operator sees it"),
        graph("Calls", "A second, by answer.", [(rate("rest_client_requests_total", OPERATOR, "method, code"), "{{method}} {{code}}")], "reqps"),
        graph("Duration of calls", "95 of 100 calls are answered within this time.",
              [(quantile(0.95, "rest_client_request_duration_seconds", OPERATOR, "verb"), "{{verb}}")], "s"),
        graph("Lists and watches", "Begun, a second; a watch lasts five to ten minutes.",
              [(rate("kube_list_operations_total", OPERATOR), "lists"), (rate("kube_watch_operations_total", OPERATOR), "watches"),
               (rate("kube_watch_operations_failed_total", OPERATOR), "watches that failed")], "ops"),
        row("Process"),
        graph("CPU", "Cores in use.", [(rate("process_cpu_seconds_total", OPERATOR, "pod"), "{{pod}}")], "none", width=12),
        graph("Memory", "Resident memory.", [(f"process_resident_memory_bytes{{{OPERATOR}}}", "{{pod}}")], "bytes", width=12),
    ]
    return dashboard("operator", "Operator", "Whether the operator does its work, and how its Shops are.", [], panels)
