"""A catalog to measure search by: any number of realistic products, the same ones at every run.

Common words match half of the catalog ("steel", "compact"), brands some 2 %, model numbers one product each; prices, ratings
and stock are spread as in shops: many cheap things, few ratings, nine of ten in stock.
"""

import contextlib
import csv
import io
import json
import random

import psycopg2

TREE = {
    "electronics": {"computers": ["laptop", "desktop", "monitor", "keyboard", "mouse", "router"],
                    "phones-and-tablets": ["smartphone", "tablet", "charger", "cable", "power bank"],
                    "audio": ["headphones", "earbuds", "speaker", "soundbar", "microphone"],
                    "cameras": ["camera", "lens", "tripod", "flash"]},
    "home-and-kitchen": {"cookware": ["pan", "pot", "kettle", "knife", "cutting board"],
                         "appliances": ["blender", "toaster", "vacuum cleaner", "coffee machine", "microwave"],
                         "furniture": ["chair", "desk", "lamp", "bookshelf", "mattress"],
                         "bedding": ["pillow", "blanket", "duvet", "sheet set"]},
    "sports-and-outdoors": {"camping": ["tent", "sleeping bag", "backpack", "stove", "lantern"],
                            "fitness": ["dumbbell", "yoga mat", "treadmill", "rowing machine"],
                            "cycling": ["bicycle", "helmet", "bike lock", "saddle"]},
    "clothing": {"shoes": ["sneakers", "boots", "sandals"], "outerwear": ["jacket", "coat", "rain coat"],
                 "accessories": ["belt", "scarf", "wallet", "sunglasses", "watch"]},
    "toys-and-games": {"board-games": ["board game", "puzzle", "card game"],
                       "building": ["building blocks", "model kit", "train set"]},
    "tools": {"power-tools": ["drill", "circular saw", "sander"], "hand-tools": ["hammer", "screwdriver", "wrench"]},
}
ADJECTIVES = ("compact portable wireless ergonomic lightweight waterproof foldable rechargeable silent adjustable premium "
              "classic modern vintage rugged slim digital smart magnetic insulated reusable professional").split()
MATERIALS = "steel aluminium wood bamboo leather cotton plastic glass ceramic carbon titanium rubber wool canvas".split()
COLOURS = "black white silver red blue green grey orange yellow brown navy teal".split()
USES = ("kitchen office garden travel gaming studio camping hiking running home workshop school festival winter summer "
        "photography music cooking reading sleeping").split()
SENTENCES = (
    "A {a} {noun} made of {m} for {u}, in {c}.",
    "Built to last: the {brand} {noun} has a {m} body and comes with a two year warranty.",
    "Its {a} design makes it easy to carry, and the {c} finish looks good anywhere.",
    "Tested for {u} and {u2}; quiet, {a2} and simple to clean.",
    "In the box: one {noun}, a manual and everything needed for {u}.",
    "Customers who like {u2} choose it because it is {a2} and {a}.",
)


def _brands(rng):
    syllables = "ka ro ve li mo ta ne su zen dor fel gra hol jin lum nor pex qui ras tor ul vex win yar zor".split()
    return sorted({"".join(rng.choice(syllables) for _ in range(rng.choice((2, 2, 3)))).capitalize() for _ in range(260)})


def categories():
    """(id, parent id or None, slug, name), parents first."""
    rows, ids = [], {}
    for root, leaves in TREE.items():
        rows.append((len(rows) + 1, None, root, root.replace("-", " ").capitalize()))
        parent = len(rows)
        for leaf in leaves:
            rows.append((len(rows) + 1, parent, leaf, leaf.replace("-", " ").capitalize()))
            ids[leaf] = len(rows)
    return rows, ids


def products(count, seed=7):
    """Dicts: id, name, description, category_id, price_minor, attributes, stock, ratings (count, sum)."""
    rng = random.Random(seed)
    brands = _brands(rng)
    nouns = [(noun, leaf) for leaves in TREE.values() for leaf, found in leaves.items() for noun in found]
    _, ids = categories()
    weights = [1 / (n + 10) for n in range(len(nouns))]
    for number in range(1, count + 1):
        noun, leaf = rng.choices(nouns, weights)[0]
        brand, a, a2 = rng.choice(brands), rng.choice(ADJECTIVES), rng.choice(ADJECTIVES)
        m, c, u, u2 = rng.choice(MATERIALS), rng.choice(COLOURS), rng.choice(USES), rng.choice(USES)
        model = f"{rng.choice('ABCDEFGHKLMNPRSTVXZ')}{rng.choice('ABCDEFGHKLMNPRSTVXZ')}{number}"
        described = rng.sample(SENTENCES, rng.randint(2, 4))
        text = " ".join(s.format(a=a, a2=a2, noun=noun, m=m, c=c, u=u, u2=u2, brand=brand) for s in described)
        rated = int(rng.paretovariate(0.8)) - 1 if rng.random() < 0.6 else 0
        rated = min(rated, 5000)
        mean = min(5.0, max(1.0, rng.gauss(4.1, 0.6)))
        yield {"id": number, "name": f"{brand} {a} {noun} {model}", "description": text, "category_id": ids[leaf],
               "price_minor": max(99, int(rng.lognormvariate(8.3, 1.2)) // 50 * 50 + 49),
               "attributes": {"colour": c, "material": m, "weight_g": rng.randint(50, 9000), "refurbished": rng.random() < .05},
               "stock": 0 if rng.random() < 0.1 else rng.randint(1, 400),
               "ratings": (rated, min(5 * rated, max(rated, round(rated * mean))))}


def fill(url, count):
    """Writes the catalog into an empty database, which has the product service's tables, as one transaction."""
    rows = list(products(count))
    tables = {
        "categories (id, parent_id, slug, name)": categories()[0],
        "products (id, name, description, category_id, price_minor, currency, attributes)":
            ((p["id"], p["name"], p["description"], p["category_id"], p["price_minor"], "USD", json.dumps(p["attributes"])) for p in rows),
        "stock (product_id, on_hand)": ((p["id"], p["stock"]) for p in rows),
        "stock_ledger (product_id, change, reason)": ((p["id"], p["stock"], "received") for p in rows if p["stock"]),
        "product_ratings (product_id, count, sum)": ((p["id"], *p["ratings"]) for p in rows if p["ratings"][0]),
    }
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        for table, values in tables.items():
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(values)
            text.seek(0)
            cursor.copy_expert(f"copy {table} from stdin csv", text)
        for table in ("products", "categories"):
            cursor.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))")
