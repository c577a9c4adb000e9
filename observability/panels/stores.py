"""PostgreSQL and RabbitMQ."""

from panels.grafana import dashboard, row, stat, table, timeseries
from panels.selectors import SERVICE, SERVICE_VARIABLE, SHOP, SHOP_VARIABLES

BROKER = SHOP + ', service="rabbitmq"'
DATABASE = "namespace, shop, service"


def each_database(metric, labels="", per=DATABASE):
    """Every replica of a service reports the same values of its database."""
    return f"max by ({per}) ({metric}{{{SERVICE}{labels}}})"


def each_database_rate(metric, labels="", per=DATABASE):
    return f"max by ({per}) (rate({metric}{{{SERVICE}{labels}}}[$__rate_interval]))"


def build():
    hits, misses = (each_database_rate("postgres_blocks_total", f', source="{source}"') for source in ("cache", "disk"))
    commits = each_database_rate("postgres_transactions_total", ', result="committed"')
    panels = [
        row("PostgreSQL"),
        stat("Databases up", "Databases of services that answer.", f"sum({each_database('postgres_up')})", "none"),
        stat("Connections in use", "Share of the connections that the server allows, at the fullest server.",
             f"max(postgres_server_connections{{{SERVICE}}} / postgres_server_connections_limit{{{SERVICE}}})", "percentunit",
             steps=[(None, "green"), (0.7, "orange"), (0.85, "red")]),
        stat("Size", "Size of all databases on disk.", f"sum({each_database('postgres_size_bytes')})", "bytes"),
        stat("Longest transaction", "Age of the oldest open transaction. A long one keeps VACUUM from removing dead rows.",
             f"max(postgres_oldest_transaction_seconds{{{SERVICE}}})", "s", steps=[(None, "green"), (30, "orange"), (300, "red")]),
        stat("Waiting for locks", "Sessions that wait for a lock of another session.", f"sum({each_database('postgres_lock_waits')})", "none"),
        stat("Deadlocks", "Deadlocks in the dashboard's time range.",
             f"sum(max by ({DATABASE}) (increase(postgres_deadlocks_total{{{SERVICE}}}[$__range])))", "short"),
        timeseries("Transactions", "Commits per second by database.", [(commits, "{{service}}")], "ops"),
        timeseries("Rollbacks", "Rollbacks per second by database.",
                   [(each_database_rate("postgres_transactions_total", ', result="rolled_back"'), "{{service}}")], "ops"),
        timeseries("Cache hit ratio", "Share of blocks read from PostgreSQL's buffer cache.",
                   [(f"{hits} / ({hits} + {misses} > 0)", "{{service}}")], "percentunit"),
        timeseries("Connections", "Connections to each database by state.",
                   [(each_database("postgres_connections", per=DATABASE + ", state"), "{{service}} {{state}}")], stacked=True),
        timeseries("Size", "Size of each database on disk.", [(each_database("postgres_size_bytes"), "{{service}}")], "bytes"),
        timeseries("Temporary files", "Bytes per second written by queries that exceed their memory limit.",
                   [(each_database_rate("postgres_temporary_bytes_total"), "{{service}}")], "Bps"),
        row("RabbitMQ"),
        stat("Messages ready", "Messages of all queues that are not yet delivered.", f"sum(rabbitmq_queue_messages_ready{{{BROKER}}})", "short"),
        stat("Messages not acknowledged", "Messages delivered to a consumer that has not acknowledged them.",
             f"sum(rabbitmq_queue_messages_unacked{{{BROKER}}})", "short"),
        stat("Dead letters", "Messages in dead-letter queues, which need manual inspection.",
             f'sum(rabbitmq_detailed_queue_messages{{{BROKER}, queue=~".+[.]dead"}})', "short",
             steps=[(None, "green"), (1, "red")]),
        stat("Connections", "Connections of services to the broker.", f"sum(rabbitmq_connections{{{BROKER}}})", "none"),
        stat("Memory", "Share in use of the memory at which the broker blocks publishers.",
             f"max(rabbitmq_process_resident_memory_bytes{{{BROKER}}} / rabbitmq_resident_memory_limit_bytes{{{BROKER}}})", "percentunit",
             steps=[(None, "green"), (0.7, "orange"), (0.9, "red")]),
        stat("Disk space left", "Free space on the broker's volume.",
             f"min(rabbitmq_disk_space_available_bytes{{{BROKER}}})", "bytes"),
        timeseries("Messages", "Messages per second received from publishers and delivered to consumers.",
                   [(f"sum(rate(rabbitmq_global_messages_received_total{{{BROKER}}}[$__rate_interval]))", "published"),
                    (f"sum(rate(rabbitmq_global_messages_delivered_total{{{BROKER}}}[$__rate_interval]))", "delivered"),
                    (f"sum(rate(rabbitmq_global_messages_acknowledged_total{{{BROKER}}}[$__rate_interval]))", "acknowledged")], "ops"),
        timeseries("Queues", "Messages in each queue.",
                   [(f"sum by (queue) (rabbitmq_detailed_queue_messages{{{BROKER}}})", "{{queue}}")]),
        table("Queues and consumers", "Messages and consumers of each queue. A queue without a consumer grows.",
              [f"sum by (namespace, shop, queue) (rabbitmq_detailed_queue_messages{{{BROKER}}})",
               f"sum by (namespace, shop, queue) (rabbitmq_detailed_queue_consumers{{{BROKER}}})"],
              [("namespace", "Namespace", None), ("shop", "Shop", None), ("queue", "Queue", None), ("Value #A", "Messages", "short"),
               ("Value #B", "Consumers", None)], width=8),
    ]
    return dashboard("stores", "Database and broker", "PostgreSQL as the services see it, and RabbitMQ.",
                     [*SHOP_VARIABLES, SERVICE_VARIABLE], panels)
