"""The operator: reconciles, work queue, API calls, and the condition of its Shops."""

from panels.grafana import dashboard, row, stat, table, timeseries
from panels.selectors import OPERATOR, quantile, rate

CONTROLLER = OPERATOR + ', controller="shop"'
QUEUE = OPERATOR + ', name="shop"'


def per_shop(metric):
    return f"max by (shop_namespace, shop) ({metric}{{{OPERATOR}}})"


def build():
    ready, degraded = per_shop("shopkeeper_shop_ready"), per_shop("shopkeeper_shop_degraded")
    panels = [
        row("Overview"),
        stat("Shops ready", "Shops whose condition Ready is true.", f"sum({ready})", "none"),
        stat("Shops not ready", "Shops whose condition Ready is not true.", f"sum(1 - {ready})", "none", steps=[(None, "green"), (1, "red")]),
        stat("Shops degraded", "Shops whose condition Degraded is true.", f"sum({degraded})", "none", steps=[(None, "green"), (1, "red")]),
        stat("Leaders", "Operator pods that hold their lease.", f"sum(leader_election_master_status{{{OPERATOR}}})", "none",
             steps=[(None, "red"), (1, "green")]),
        stat("Errors", "Failed reconciles per second.", rate("controller_runtime_reconcile_errors_total", CONTROLLER), "ops",
             steps=[(None, "green"), (0.01, "orange"), (0.1, "red")]),
        stat("Queue", "Shops waiting in the work queue.", f"sum(workqueue_depth{{{QUEUE}}})", "none"),
        row("Reconciles"),
        timeseries("Reconciles", "Reconciles per second by result.",
                   [(rate("controller_runtime_reconcile_total", CONTROLLER, "result"), "{{result}}")], "ops", stacked=True),
        timeseries("Duration", "Duration of a reconcile, median and 95th percentile.",
                   [(quantile(0.5, "controller_runtime_reconcile_time_seconds", CONTROLLER), "50%"),
                    (quantile(0.95, "controller_runtime_reconcile_time_seconds", CONTROLLER), "95%")], "s"),
        timeseries("Workers", "Running reconciles and their limit.",
                   [(f"sum(controller_runtime_active_workers{{{CONTROLLER}}})", "running"),
                    (f"sum(controller_runtime_max_concurrent_reconciles{{{CONTROLLER}}})", "limit")], "none"),
        timeseries("Queue", "Shops waiting in the work queue, and retries per second.",
                   [(f"sum(workqueue_depth{{{QUEUE}}})", "waiting"), (rate("workqueue_retries_total", QUEUE), "retries")], "short"),
        timeseries("Time in the queue", "95th percentile of the time in the work queue, and the longest running reconcile.",
                   [(quantile(0.95, "workqueue_queue_duration_seconds", QUEUE), "95%"),
                    (f"max(workqueue_longest_running_processor_seconds{{{QUEUE}}})", "longest reconcile")], "s"),
        table("Shops", "Conditions of each Shop; 1 is true.", [ready, degraded],
              [("shop_namespace", "Namespace", None), ("shop", "Shop", None), ("Value #A", "Ready", None),
               ("Value #B", "Degraded", None)], width=8),
        row("Kubernetes API"),
        timeseries("API calls", "Calls to the API server per second by method and code.",
                   [(rate("rest_client_requests_total", OPERATOR, "method, code"), "{{method}} {{code}}")], "reqps"),
        timeseries("Duration of API calls", "95th percentile by verb.",
                   [(quantile(0.95, "rest_client_request_duration_seconds", OPERATOR, "verb"), "{{verb}}")], "s"),
        timeseries("Lists and watches", "Started per second; a watch lasts five to ten minutes.",
                   [(rate("kube_list_operations_total", OPERATOR), "lists"), (rate("kube_watch_operations_total", OPERATOR), "watches"),
                    (rate("kube_watch_operations_failed_total", OPERATOR), "failed watches")], "ops"),
        row("Process"),
        timeseries("CPU", "Cores in use.", [(rate("process_cpu_seconds_total", OPERATOR, "pod"), "{{pod}}")], "none", width=12),
        timeseries("Memory", "Resident memory.", [(f"process_resident_memory_bytes{{{OPERATOR}}}", "{{pod}}")], "bytes", width=12),
    ]
    return dashboard("operator", "Operator", "Reconciles, API calls and the Shops of the operator.", [], panels)
