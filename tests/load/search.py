"""Search at a constant rate: 50 requests a second over a catalog of 100,000 products (catalog.py), whatever the answers take.

    python3 tests/load/search.py http://127.0.0.1:8080 [--rate 50] [--seconds 60]

Open loop: each request has a time at which it is meant to start, and its latency counts from there, so that a server that
stops answering is not spared the requests that it kept from being sent. Prints one line a kind of request and one JSON line
for all; ends with 1 when an answer was not 200.
"""

import argparse
import collections
import http.client
import json
import queue
import random
import threading
import time
import urllib.parse

import catalog

TYPOS = ("labtop", "hedphones", "keybord", "smartphnoe", "backpak", "blendr", "speeker", "tripodd")
COMMON = ("warranty", "manual", "design", "steel", "compact", "black", "quiet", "easy")
DEEP = 40  # cursors of deep pages, gathered before the measurement


def questions(rng):
    """Endlessly (kind, query): a realistic mix."""
    nouns = [noun for leaves in catalog.TREE.values() for found in leaves.values() for noun in found]
    slugs = [slug for root, leaves in catalog.TREE.items() for slug in (root, *leaves)]
    while True:
        noun, kind = rng.choice(nouns), rng.random()
        if kind < .20:
            word = rng.choice(nouns)
            yield "prefix", {"q": word[:rng.randint(1, len(word))], "limit": 10}
        elif kind < .40:
            yield "word", {"q": noun}
        elif kind < .52:
            yield "words", {"q": f"{rng.choice(catalog.ADJECTIVES)} {rng.choice(catalog.COLOURS)} {noun}"}
        elif kind < .60:
            yield "common", {"q": rng.choice(COMMON)}
        elif kind < .66:
            yield "typo", {"q": rng.choice(TYPOS)}
        elif kind < .78:
            yield "filters", {"category": rng.choice(slugs), "max_price": rng.choice((20, 50, 200)), "in_stock": "true",
                              "sort": rng.choice(("price", "-price", "name", "newest", "rating"))}
        elif kind < .84:
            yield "word, filtered", {"q": noun, "min_rating": 4, "in_stock": "true", "sort": rng.choice(("price", "rating"))}
        elif kind < .92:
            yield "facets", {"q": rng.choice((noun, rng.choice(COMMON))), "facets": "true", "limit": 20}
        elif kind < .94:
            yield "all facets", {"facets": "true", "category": rng.choice(slugs)}
        else:
            yield "deep", {}


class Asker:
    """One kept connection."""

    def __init__(self, base):
        url = urllib.parse.urlsplit(base)
        self.connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)

    def get(self, path):
        try:
            self.connection.request("GET", path)
            answer = self.connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0, {}, b""


def next_of(headers):
    link = headers.get("Link")
    return link[1:link.index(">")] if link else None


def deep_pages(base):
    """Links far down lists of several kinds."""
    asker, found = Asker(base), []
    for start in ("q=warranty", "q=compact&sort=price", "sort=name", "q=steel", "sort=-price&in_stock=true"):
        path = f"/api/products?limit=200&{start}"
        for page in range(DEEP):
            path = next_of(asker.get(path)[1])
            if not path:
                break
            if page >= DEEP // 2:
                found.append(path.replace("limit=200", "limit=50"))
    return found


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def measure(base, rate, seconds, threads=32, seed=11):
    """{"requests", "bad", "p50_ms", "p99_ms", "max_ms", "kinds": {kind: {...}}}"""
    rng = random.Random(seed)
    deep, asked = deep_pages(base), questions(rng)
    jobs, lock = queue.Queue(), threading.Lock()
    took, bad = collections.defaultdict(list), []

    def work():
        asker = Asker(base)
        while (job := jobs.get()) is not None:
            meant, kind, path = job
            status = asker.get(path)[0]
            latency = time.perf_counter() - meant
            with lock:
                took[kind].append(latency)
                if status != 200:
                    bad.append((status, path))
    workers = [threading.Thread(target=work, daemon=True) for _ in range(threads)]
    for worker in workers:
        worker.start()
    begin = time.perf_counter() + 0.1
    for number in range(int(rate * seconds)):
        kind, query = next(asked)
        path = rng.choice(deep) if kind == "deep" else "/api/products?" + urllib.parse.urlencode(query)
        meant = begin + number / rate
        time.sleep(max(0.0, meant - time.perf_counter()))
        jobs.put((meant, kind, path))
    for _ in workers:
        jobs.put(None)
    for worker in workers:
        worker.join(15)
    every = [t for kind in took.values() for t in kind]

    def summary(values):
        return {"requests": len(values), "p50_ms": round(1000 * percentile(values, .5), 1),
                "p99_ms": round(1000 * percentile(values, .99), 1), "max_ms": round(1000 * max(values, default=0), 1)}
    return {**summary(every), "bad": len(bad), "kinds": {kind: summary(took[kind]) for kind in sorted(took)}}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    args = parser.parse_args()
    result = measure(args.base, args.rate, min(args.seconds, 600))
    for kind, numbers in result["kinds"].items():
        print(f"{kind:15} {numbers}")
    print(json.dumps(result))
    return 1 if result["bad"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
