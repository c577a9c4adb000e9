"""Search at a constant rate over a catalog of many products (catalog.py), whatever the answers take.

Open loop: each request has a time at which it is meant to start, and its latency counts from there, so that a server that
stops answering is not spared the requests that it kept from being sent.
"""

import collections
import http.client
import random
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

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


def deep_pages(client):
    """Links far down lists of several kinds."""
    found = []
    for start in ("q=warranty", "q=compact&sort=price", "sort=name", "q=steel", "sort=-price&in_stock=true"):
        path = f"/api/products?limit=200&{start}"
        for page in range(DEEP):
            link = client.get(path).headers.get("link")
            if not link:
                break
            path = link[1:link.index(">")]
            if page >= DEEP // 2:
                found.append(path.replace("limit=200", "limit=50"))
    return found


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(client, rate, seconds, seed=11):
    """Prints a line for each kind of request and one for all; returns the paths whose answer was not 200."""
    rng = random.Random(seed)
    deep, asked = deep_pages(client), questions(rng)
    took, bad = collections.defaultdict(list), []

    def send(meant, kind, path):
        try:
            ok = client.get(path).status == 200
        except (OSError, http.client.HTTPException):
            ok = False
        took[kind].append(1000 * (time.perf_counter() - meant))
        if not ok:
            bad.append(path)

    begin = time.perf_counter() + 0.1
    with ThreadPoolExecutor(32) as pool:
        for number in range(int(rate * seconds)):
            kind, query = next(asked)
            path = rng.choice(deep) if kind == "deep" else "/api/products?" + urllib.parse.urlencode(query)
            meant = begin + number / rate
            time.sleep(max(0.0, meant - time.perf_counter()))
            pool.submit(send, meant, kind, path)
    for kind, values in [*sorted(took.items()), ("all", sum(took.values(), []))]:
        print(f"{kind:15} {len(values):5} requests  p50 {percentile(values, .5):7.1f} ms  p99 {percentile(values, .99):7.1f} ms"
              f"  max {max(values):7.1f} ms", flush=True)
    return bad
