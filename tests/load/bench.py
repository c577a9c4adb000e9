"""Load on the services beside two baselines on the same PostgreSQL, one after the other: pgbench running the same SQL, and a
minimal Go server (baseline/) doing the same. An order of ours goes through three services and leaves two events at the broker;
the baselines do its writes in one database, without either.

Called by run.sh. The figures are of this machine and this run; the ratios are what to compare.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "services"))

# pylint: disable=wrong-import-position
import catalog  # noqa: E402
import search  # noqa: E402
from lib.postgres import BIN, Postgres  # noqa: E402
from lib.rabbitmq import RabbitMQ  # noqa: E402
from lib.service import Service  # noqa: E402
from lib.shop import Shop  # noqa: E402

SECONDS = int(os.environ.get("SECONDS_EACH", "8"))
CLIENTS = int(os.environ.get("CLIENTS", "32"))
STOCK = 100_000_000  # of the product that is ordered: never the limit

ORDER_SQL = HERE / "order.sql"  # an order's own writes: what both baselines do


def read_sql():
    """The statement by which the product service reads one product, from its source."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "services/product").rglob("*.cpp"))
    return re.search(r'"catalog_find", R"\((.*?)\)"', sources, re.S)[1].strip()


def order_transactions():
    """The statements of each transaction of order.sql."""
    return [[statement.strip() for statement in part.split("\n\n") if statement.strip()]
            for part in ORDER_SQL.read_text(encoding="utf-8").split("-- transaction\n") if part.strip()]


def for_pgbench(transactions):
    """The statements with $1 (the order) and $2 (the product) as pgbench has it; the first gives the order's id."""
    (first, *others), *rest = transactions
    lines = ["\\set product 1 + random(0, 9)", "begin;", first.replace("$1", ":product"), "\\gset order_"]
    lines += [statement + ";" for statement in others] + ["commit;"]
    for statements in rest:
        begin, commit = (["begin;"], ["commit;"]) if len(statements) > 1 else ([], [])
        lines += [*begin, *(statement + ";" for statement in statements), *commit]
    return "\n".join(line.replace("$2", ":product").replace("$1", ":order_id") for line in lines) + "\n"


def baseline_database(postgres, shop):
    """One database with the tables of both services and the sample products, for the baselines' orders."""
    made = postgres.database("bench")
    for service in ("product", "order"):
        source = shop.databases[service]
        dump = subprocess.run([str(BIN / "pg_dump"), "--no-owner", "--no-privileges", source.url] +
                              ([] if service == "product" else ["--schema-only"]),
                              check=True, capture_output=True, timeout=60).stdout
        # The tables that both have (outbox, inbox) are there already the second time.
        subprocess.run([str(BIN / "psql"), "-q", "-d", made.url], input=dump, check=True, capture_output=True, timeout=60)
    made.query("truncate outbox; select setval('orders_id_seq', 1000)")  # above the sample orders, which have reservations
    return made


@contextlib.contextmanager
def go_server(database, folder):
    """The Go server of tests/load/baseline on a database; yields its address."""
    program = folder / "baseline"
    subprocess.run(["go", "build", "-o", str(program), "."], cwd=HERE / "baseline", check=True, timeout=600)
    (folder / "sql.json").write_text(json.dumps({"read": read_sql(), "order": order_transactions()}), encoding="utf-8")
    command = [str(program), "-sql", str(folder / "sql.json"), "-pool", "6"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "DATABASE_URL": database.url}) as process:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()
            process.wait(10)


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


def add_stock(shop):
    """So much of the first products that orders never run out of them."""
    shop.databases["product"].query(
        f"update stock set on_hand = on_hand + {STOCK} where product_id <= 10;"
        f"insert into stock_ledger (product_id, change, reason) select product_id, {STOCK}, 'received' from stock where product_id <= 10;")


def post_script(folder, name, bodies):
    """A file by which wrk posts these bodies in turn."""
    script = folder / f"{name}.lua"
    script.write_text("wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nlocal n = 0\n"
                      f"local bodies = {{{', '.join(f'[[{json.dumps(body)}]]' for body in bodies)}}}\n"
                      "request = function()\n  n = n + 1\n  return wrk.format(nil, nil, nil, bodies[n % #bodies + 1])\nend\n",
                      encoding="utf-8")
    return script


def order_script(folder):
    """The file by which wrk places orders of five products."""
    return post_script(folder, "order", [{"user_id": 1, "product": name}
                                         for name in ("Laptop", "Phone", "Smartphone", "Tablet", "Headphones")])


def without_cache(shop):
    """A further product service of the shop that reads each product from the database."""
    made = shop.make("product")
    made.config["cache.products"] = 0
    shop.others.append(made.start())
    return made


def rss(service):
    """Resident memory in MiB."""
    return service.metric("process_resident_memory_bytes") / 2**20


def row(name, measured, baselines):
    """A line of the table: ours, then each baseline with the ratio of ours to it."""
    rate, p99 = measured
    others = "".join(f"   {of} {value:>6.0f}/s ratio {rate / value:.2f}" for of, value in baselines.items())
    print(f"{name:<26}{rate:>7.0f}/s  p99 {p99:>6.1f} ms{others}", flush=True)


def measure_search(postgres, rabbitmq, folder):
    """Searches over 100,000 products, on a database and a service of their own."""
    database, vhost = postgres.database("search"), rabbitmq.vhost()
    product = Service("product", folder / "search", {}, {"DATABASE_URL": database.url, "AMQP_URL": vhost.url})
    product.run("migrate")
    catalog.fill(database.url, 100_000)
    database.query("vacuum analyze")
    product.start()
    try:
        print("search over 100,000 products, 50 requests/s:", flush=True)
        if bad := search.measure(product.api, rate=50, seconds=40):
            sys.exit(f"answers that were not 200: {bad[:5]}")
    finally:
        product.stop()


@contextlib.contextmanager
def servers(name):
    """(folder, PostgreSQL, RabbitMQ), all gone at the end."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"shopkeeper-{name}-"))
    folder.chmod(0o755)
    postgres, rabbitmq = Postgres(folder / "postgres"), RabbitMQ(folder / "rabbitmq")
    try:
        yield folder, postgres.init(), rabbitmq.init()
    finally:
        postgres.stop()
        rabbitmq.close()
        shutil.rmtree(folder, ignore_errors=True)


def measure_services(postgres, rabbitmq, folder):
    """Reads and orders beside those of the baselines."""
    shop = Shop(folder / "shop", postgres, rabbitmq, "load")
    with contextlib.closing(shop):
        shop.start()
        idle = {name: rss(service) for name, service in shop.services.items()}
        add_stock(shop)
        print(f"{CLIENTS} connections, {SECONDS} s each, PostgreSQL without fsync, all on one machine of {os.cpu_count()} cores")
        database = baseline_database(postgres, shop)
        uncached = without_cache(shop)
        go_order_script = post_script(folder, "go-order", [{"product_id": number} for number in range(1, 11)])
        with go_server(database, folder) as address:
            go_reads, go_orders = wrk(f"{address}/products/1"), wrk(f"{address}/orders", go_order_script)
        raw_reads = pgbench(shop.databases["product"], read_sql().replace("$1", "1") + ";\n", folder)
        raw_orders = pgbench(database, for_pgbench(order_transactions()), folder)
        baselines = {"pgbench": raw_reads, "Go": go_reads[0]}
        row("GET /products/1, no cache", wrk(f"{uncached.api.url}/products/1"), baselines)
        row("GET /products/1, cache", wrk(f"{shop.product.api.url}/products/1"), baselines)
        row("POST /orders", wrk(f"{shop.order.api.url}/orders", order_script(folder)), {"pgbench": raw_orders, "Go": go_orders[0]})
        print(f"the Go server's p99: reads {go_reads[1]:.1f} ms, orders {go_orders[1]:.1f} ms")
        print("resident memory, idle -> after:",
              ", ".join(f"{name} {idle[name]:.0f} -> {rss(service):.0f} MiB" for name, service in shop.services.items()))


def main():
    with servers("load") as (folder, postgres, rabbitmq):
        measure_services(postgres, rabbitmq, folder)
        measure_search(postgres, rabbitmq, folder)


if __name__ == "__main__":
    main()
