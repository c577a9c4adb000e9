"""Two builds of the services side by side in one run: BASELINE_BUILD (another build tree, of an older version) and SHOPKEEPER_BUILD
(the candidate). Each has a shop of its own on the same PostgreSQL and RabbitMQ; they are measured in turns, so that a busy machine is
busy for both. Printed are the medians and the candidate's ratio to the baseline: rates above 1 and times below 1 are better.

Called by run.sh when BASELINE_BUILD is set. SECONDS_EACH=3 ROUNDS=6
"""

import contextlib
import os
import pathlib
import statistics
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "services"))
os.environ.setdefault("SECONDS_EACH", "3")

# pylint: disable=wrong-import-position
from bench import add_stock, order_script, rss, servers, without_cache, wrk  # noqa: E402
from lib.service import BUILD  # noqa: E402
from lib.shop import Shop  # noqa: E402

BUILDS = {"baseline": pathlib.Path(os.environ["BASELINE_BUILD"]), "candidate": BUILD}
ROUNDS = int(os.environ.get("ROUNDS", "6"))


def cpu_seconds(shop):
    """What the shop's processes have used so far."""
    ticks = 0
    for service in [*shop.services.values(), *shop.others]:
        fields = pathlib.Path(f"/proc/{service.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def ready_shop(postgres, rabbitmq, folder, build):
    """A started shop with a second product service without cache, and the seconds that the four took to be ready."""
    shop = Shop(folder / build, postgres, rabbitmq, f"load_{build}", build=BUILDS[build])
    shop.start()
    starts = []
    for service in shop.services.values():
        service.stop()
        began = time.monotonic()
        service.start()
        starts.append(time.monotonic() - began)
    add_stock(shop)
    shop.uncached = without_cache(shop)
    return shop, starts


def measure(shop, what, script):
    """(requests per second, p99 in ms, CPU in ms for one request)"""
    url, lua = {"GET /products/1": (f"{shop.product.api.url}/products/1", None),
                "GET /products/1, no cache": (f"{shop.uncached.api.url}/products/1", None),
                "GET /api/products?q=phone": (f"{shop.product.api.url}/api/products?q=phone", None),
                "POST /orders": (f"{shop.order.api.url}/orders", script)}[what]
    before, began = cpu_seconds(shop), time.monotonic()
    rate, p99 = wrk(url, lua)
    return rate, p99, (cpu_seconds(shop) - before) * 1000 / (rate * (time.monotonic() - began))


def row(name, values, unit):
    """A line: both medians and the candidate's ratio to the baseline, taken round by round."""
    base, ours = values["baseline"], values["candidate"]
    ratio = statistics.median(o / b for o, b in zip(ours, base))
    print(f"{name:<40}{statistics.median(base):>10.2f}{statistics.median(ours):>10.2f} {unit:<4} ratio {ratio:.3f}", flush=True)


def main():
    with servers("compare") as (folder, postgres, rabbitmq), contextlib.ExitStack() as stack:
        shops, starts, idle = {}, {}, {}
        for build in BUILDS:
            shops[build], starts[build] = ready_shop(postgres, rabbitmq, folder, build)
            stack.callback(shops[build].close)
            idle[build] = [rss(service) for service in shops[build].services.values()]
        script = order_script(folder)
        print(f"{'':<40}{'baseline':>10}{'candidate':>10}")
        row("start of a service", starts, "s")
        row("memory at rest", idle, "MiB")
        for what in ("GET /products/1", "GET /products/1, no cache", "GET /api/products?q=phone", "POST /orders"):
            results = {build: [] for build in BUILDS}
            for number in range(ROUNDS):
                for build in (list(BUILDS) if number % 2 else reversed(BUILDS)):
                    results[build].append(measure(shops[build], what, script))
            for column, (name, unit) in enumerate((("rate", "/s"), ("p99", "ms"), ("CPU for one", "ms"))):
                row(f"{what}: {name}", {build: [each[column] for each in found] for build, found in results.items()}, unit)
        row("memory afterwards", {build: [rss(service) for service in shop.services.values()] for build, shop in shops.items()}, "MiB")


if __name__ == "__main__":
    main()
