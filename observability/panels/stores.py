"""Database and broker."""

from panels.grafana import dashboard, graph, number, row, table
from panels.selectors import SERVICE, SERVICE_VARIABLE, SHOP, SHOP_VARIABLES

BROKER = SHOP + ', service="rabbitmq"'
DATABASE = "namespace, shop, service"


def each_database(metric, labels="", per=DATABASE):
    """Every replica of a service shows the same numbers of its database."""
    return f"max by ({per}) ({metric}{{{SERVICE}{labels}}})"


def each_database_rate(metric, labels="", per=DATABASE):
    return f"max by ({per}) (rate({metric}{{{SERVICE}{labels}}}[$__rate_interval]))"


def build():
    hits, misses = (each_database_rate("postgres_blocks_total", f', source="{source}"') for source in ("cache", "disk"))
    commits = each_database_rate("postgres_transactions_total", ', result="committed"')
    panels = [
        row("PostgreSQL"),
        number("Databases that answer", "Of the services' databases.", f"sum({each_database('postgres_up')})", "none"),
        number("Connections in use", "Of those that the server allows, at the server that has the fewest left.",
               f"max(postgres_server_connections{{{SERVICE}}} / postgres_server_connections_limit{{{SERVICE}}})", "percentunit",
               steps=[(None, "green"), (0.7, "orange"), (0.85, "red")]),
        number("Size", "Of all databases on disk.", f"sum({each_database('postgres_size_bytes')})", "bytes"),
        number("Longest transaction", "Age of the oldest open transaction; a long one keeps dead rows from being cleared away.",
               f"max(postgres_oldest_transaction_seconds{{{SERVICE}}})", "s", steps=[(None, "green"), (30, "orange"), (300, "red")]),
        number("Waits for locks", "Sessions that wait for another's lock.", f"sum({each_database('postgres_lock_waits')})", "none"),
        number("Deadlocks", "Broken up in the time that is shown.",
               f"sum(max by ({DATABASE}) (increase(postgres_deadlocks_total{{{SERVICE}}}[$__range])))", "short"),
        graph("Transactions", "Committed a second, by database.", [(commits, "{{service}}")], "ops"),
        graph("Rolled back", "A second, by database.",
              [(each_database_rate("postgres_transactions_total", ', result="rolled_back"'), "{{service}}")], "ops"),
        graph("From the cache", "Share of blocks that PostgreSQL had in its own cache.",
              [(f"{hits} / ({hits} + {misses} > 0)", "{{service}}")], "percentunit"),
        graph("Connections", "To each database, by what they do.",
              [(each_database("postgres_connections", per=DATABASE + ", state"), "{{service}} {{state}}")], stacked=True),
        graph("Size", "Of each database on disk.", [(each_database("postgres_size_bytes"), "{{service}}")], "bytes"),
        graph("Written to temporary files", "Bytes a second: queries that need more memory than they may have.",
              [(each_database_rate("postgres_temporary_bytes_total"), "{{service}}")], "Bps"),
        row("RabbitMQ"),
        number("Messages ready", "In all queues, not yet delivered.", f"sum(rabbitmq_queue_messages_ready{{{BROKER}}})", "short"),
        number("Messages not acknowledged", "Delivered, being handled.", f"sum(rabbitmq_queue_messages_unacked{{{BROKER}}})", "short"),
        number("Dead letters", "Messages that could not be handled: somebody has to look at them.",
               f'sum(rabbitmq_detailed_queue_messages{{{BROKER}, queue=~".+[.]dead"}})', "short",
               steps=[(None, "green"), (1, "red")]),
        number("Connections", "Of services to the broker.", f"sum(rabbitmq_connections{{{BROKER}}})", "none"),
        number("Memory", "Share in use of what makes the broker hold back publishers.",
               f"max(rabbitmq_process_resident_memory_bytes{{{BROKER}}} / rabbitmq_resident_memory_limit_bytes{{{BROKER}}})", "percentunit",
               steps=[(None, "green"), (0.7, "orange"), (0.9, "red")]),
        number("Disk left", "Free space where the broker keeps its messages.",
               f"min(rabbitmq_disk_space_available_bytes{{{BROKER}}})", "bytes"),
        graph("Messages", "A second: taken in from publishers, and delivered to consumers.",
              [(f"sum(rate(rabbitmq_global_messages_received_total{{{BROKER}}}[$__rate_interval]))", "published"),
               (f"sum(rate(rabbitmq_global_messages_delivered_total{{{BROKER}}}[$__rate_interval]))", "delivered"),
               (f"sum(rate(rabbitmq_global_messages_acknowledged_total{{{BROKER}}}[$__rate_interval]))", "acknowledged")], "ops"),
        graph("Queues", "Messages in each queue.",
              [(f"sum by (queue) (rabbitmq_detailed_queue_messages{{{BROKER}}})", "{{queue}}")]),
        table("Each queue", "Messages and consumers; a queue without a consumer fills.",
              [f"sum by (namespace, shop, queue) (rabbitmq_detailed_queue_messages{{{BROKER}}})",
               f"sum by (namespace, shop, queue) (rabbitmq_detailed_queue_consumers{{{BROKER}}})"],
              [("namespace", "Namespace", None), ("shop", "Shop", None), ("queue", "Queue", None), ("Value #A", "Messages", "short"),
               ("Value #B", "Consumers", None)], width=8),
    ]
    return dashboard("stores", "Database and broker", "PostgreSQL as the services see it, and RabbitMQ.",
                     [*SHOP_VARIABLES, SERVICE_VARIABLE], panels)
