"""Load on the services beside pgbench running the same SQL, on one PostgreSQL and RabbitMQ, one after the other.

Called by run.sh. The figures are of this machine and this run; the ratios are what to compare.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "services"))

# pylint: disable=wrong-import-position
from lib.postgres import BIN, Postgres  # noqa: E402
from lib.rabbitmq import RabbitMQ  # noqa: E402
from lib.shop import Shop  # noqa: E402

SECONDS = int(os.environ.get("SECONDS_EACH", "8"))
CLIENTS = int(os.environ.get("CLIENTS", "32"))
STOCK = 100_000_000  # of the product that is ordered: never the limit

READ_SQL = "select id, name, price_minor, currency from products where id = 1;\n"
# What an order must do at the least, in one transaction: take stock, write the order, leave an event.
ORDER_SQL = """begin;
update bench_stock set reserved = reserved + 1 where id = 1 + (random() * 9)::int and on_hand - reserved >= 1;
insert into bench_orders (user_id, product_id) values (1, 1);
insert into bench_outbox (payload) values ('{"type":"order.confirmed"}');
commit;
"""
ORDER_TABLES = f"""create table bench_stock (id int primary key, on_hand bigint not null, reserved bigint not null default 0);
insert into bench_stock select n, {STOCK} from generate_series(1, 10) n;
create table bench_orders (id bigint generated always as identity primary key, user_id bigint, product_id bigint);
create table bench_outbox (id bigint generated always as identity primary key, payload jsonb);
"""


def wrk(url, script=None):
    """Requests per second and p99 in ms of one URL; refuses a run in which answers were errors."""
    command = ["wrk", "-t", "1", "-c", str(CLIENTS), "-d", f"{SECONDS}s", "--latency", "--timeout", "5s"]
    command += ["-s", str(script)] if script else []
    out = subprocess.run([*command, url], check=True, capture_output=True, text=True, timeout=SECONDS + 30).stdout
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    if errors:
        sys.exit(f"{errors[1]} answers of {url} were errors: not a measurement")
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def pgbench(database, sql, folder):
    """Transactions per second of the SQL, by as many connections as a service's pool has."""
    script = folder / "baseline.sql"
    script.write_text(sql, encoding="utf-8")
    env = {"PGPASSWORD": database.password, "PATH": "/usr/bin:/bin"}
    out = subprocess.run([str(BIN / "pgbench"), "-n", "-M", "prepared", "-c", "6", "-j", "1", "-T", str(SECONDS), "-f", str(script),
                          "-h", "127.0.0.1", "-p", str(database.server.port), "-U", database.name, database.name],
                         env=env, check=True, capture_output=True, text=True, timeout=SECONDS + 30).stdout
    return float(re.search(r"tps = ([\d.]+)", out)[1])


def rss(service):
    """Resident memory in MiB."""
    return service.metric("process_resident_memory_bytes") / 2**20


def row(name, ours, p99, baseline, of):
    print(f"{name:<28}{ours:>10.0f}/s  p99 {p99:>7.1f} ms   {of}: {baseline:>8.0f}/s   ratio {ours / baseline:.2f}")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="shopkeeper-load-"))
    folder.chmod(0o755)
    postgres, rabbitmq, shop = Postgres(folder / "postgres"), RabbitMQ(folder / "rabbitmq"), None
    try:
        shop = Shop(folder / "shop", postgres.init(), rabbitmq.init(), "load")
        shop.start()
        idle = {name: rss(service) for name, service in shop.services.items()}
        shop.databases["product"].query(f"update stock set on_hand = on_hand + {STOCK} where product_id <= 10;"
                                        f"insert into stock_ledger (product_id, change, reason) select product_id, {STOCK}, 'received' from stock where product_id <= 10;")
        shop.databases["order"].query(ORDER_TABLES)
        order = folder / "order.lua"
        order.write_text("wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nlocal n = 0\n"
                         "local names = {'Laptop', 'Phone', 'Smartphone', 'Tablet', 'Headphones'}\n"
                         "request = function()\n  n = n + 1\n"
                         "  return wrk.format(nil, nil, nil, '{\"user_id\":1,\"product\":\"' .. names[n % 5 + 1] .. '\"}')\nend\n",
                         encoding="utf-8")

        print(f"{CLIENTS} connections, {SECONDS} s each, PostgreSQL without fsync, all on one machine of {os.cpu_count()} cores")
        reads = wrk(f"{shop.product.api.url}/products/1")
        row("GET /products/1", *reads, pgbench(shop.databases["product"], READ_SQL, folder), "pgbench, same select")
        orders = wrk(f"{shop.order.api.url}/orders", order)
        row("POST /orders", *orders, pgbench(shop.databases["order"], ORDER_SQL, folder), "pgbench, one transaction")
        print("resident memory, idle -> after:",
              ", ".join(f"{name} {idle[name]:.0f} -> {rss(service):.0f} MiB" for name, service in shop.services.items()))
    finally:
        if shop:
            shop.close()
        postgres.stop()
        rabbitmq.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
