"""Import of products: all lines or none, every bad line named, the same file twice changes nothing."""

import csv
import io
import json
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from lib import inventory
from lib.client import problem
from lib.process import wait_until

PATH = "/api/products/import"


@pytest.fixture(name="run")
def _run(db, staff):
    """Sends a file; afterwards the books must balance."""
    def send(body, kind="text/csv", query="", **headers):
        return staff.post(PATH + query, body, headers={"Content-Type": kind, **headers}, timeout=60)

    yield send
    inventory.check(db)


def unique(word):
    return f"{word} {secrets.token_hex(6)}"


def table(*rows, columns=("sku", "name", "price", "stock")):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def lines(*objects):
    return "".join(json.dumps(o) + "\n" for o in objects)


def count(db):
    return int(db.value("select count(*) from products"))


def row(db, name):
    found = db.query(f"""
        select p.sku, p.price_minor, s.on_hand, p.description, c.slug, p.images, p.attributes, p.id
        from products p join stock s on s.product_id = p.id left join categories c on c.id = p.category_id
        where p.name = '{name}' and p.retired_at is null""")
    return found[0] if found else None


def wrong(answer):
    """(line, field) of each error."""
    body = problem(answer, 422)
    assert body["error_count"] >= len(body["errors"]) > 0
    return [(e["line"], e["field"]) for e in body["errors"]]


def test_csv_creates_products_with_every_column(shop, db, run):
    name = unique("Lamp, \"large\"")
    sku = secrets.token_hex(8)
    events = shop.vhost.listen("product.changed")
    answer = run(table([sku, name, "19.90", "7", "Two\nlines", "computers", "https://a.example/1 https://a.example/2",
                        '{"watt": 5, "colour": "red"}'],
                       columns=("sku", "name", "price", "stock", "description", "category", "images", "attributes")))
    assert (answer.status, answer.json()) == (
        200, {"lines": 1, "created": 1, "updated": 0, "unchanged": 0, "dry_run": False})
    found = row(db, name)
    assert found[:5] == [sku, "1990", "7", "Two\nlines", "computers"]
    assert json.loads(found[5]) == ["https://a.example/1", "https://a.example/2"]
    assert json.loads(found[6]) == {"watt": 5, "colour": "red"}
    shown = shop.get(f"/api/products/{found[7]}").json()
    assert shown.items() >= {"name": name, "price": 19.9, "in_stock": True}.items()
    told = shop.vhost.wait_for_events(events, wanted=lambda data: data["name"] == name)
    assert [e["data"] for e in told] == [{"product_id": int(found[7]), "name": name, "retired": False,
                                         "unit_price": {"minor": 1990, "currency": "USD"}}]


def test_the_same_file_again_changes_nothing_and_another_price_one(shop, db, run):
    skus = [secrets.token_hex(8) for _ in range(3)]
    names, new_name = [unique("Again") for _ in skus], unique("Renamed")
    events = shop.vhost.listen("product.changed")
    assert run(table(*zip(skus, names, ["1", "2", "3"], [5, 5, 5]))).json()["created"] == 3
    assert run(table(*zip(skus, names, ["1", "2", "3"], [5, 5, 5]))).json() == {
        "lines": 3, "created": 0, "updated": 0, "unchanged": 3, "dry_run": False}
    assert run(table(*zip(skus, names, ["1", "2.50", "3"], [9, 9, 9]))).json() == {
        "lines": 3, "created": 0, "updated": 1, "unchanged": 2, "dry_run": False}
    assert [row(db, n)[1:3] for n in names] == [["100", "5"], ["250", "5"], ["300", "5"]], "stock is moved otherwise"
    assert run(table([skus[0], new_name, "1", ""])).json()["updated"] == 1
    assert row(db, names[0]) is None and row(db, new_name)[0] == skus[0]
    changed = [e["data"]["name"] for e in shop.vhost.wait_for_events(events, 5, lambda data: data["name"] in (*names, new_name))]
    assert sorted(changed[:3]) == sorted(names) and changed[3:] == [names[1], new_name]


def test_ndjson_updates_only_the_given_fields(db, run):
    name, sku = unique("Chair"), secrets.token_hex(8)
    first = {"sku": sku, "name": name, "price": 10, "stock": 1, "description": "Oak", "category": "computers",
             "images": ["https://a.example/x"], "attributes": {"legs": 4}}
    assert run("\n" + lines(first) + "\r\n", "application/x-ndjson").json()["created"] == 1
    assert run(lines({"sku": sku, "name": name, "price": 11.5}), "application/x-ndjson; charset=utf-8").json()["updated"] == 1
    assert row(db, name)[:5] == [sku, "1150", "1", "Oak", "computers"]
    assert json.loads(row(db, name)[6]) == {"legs": 4}


def test_one_invalid_line_rejects_the_whole_file(db, run):
    good = [unique("Good") for _ in range(3)]
    taken = unique("Taken")
    run(table(["", taken, "1", 1]))
    before = count(db)
    answer = run(table(["s1-" + good[0][-6:], good[0], "1", 1], ["", "", "1", 1], ["", good[1], "1.999", "many"],
                       ["", good[0].upper(), "1", 1], ["s1-" + good[0][-6:], good[2], "1", 1], ["", "Laptop", "1", 1],
                       ["", unique("Fine"), "2", 0], ["", taken, "1", 1]))
    assert wrong(answer) == [(3, "name"), (4, "stock"), (4, "price"), (5, "name"), (6, "sku"), (7, "name"), (9, "name")]
    assert answer.json()["error_count"] == 7
    reasons = {e["line"]: e["reason"] for e in answer.json()["errors"]}
    assert reasons[5] == "comes on line 2 already"
    assert reasons[7] == "is that of product 1 already"
    assert count(db) == before
    assert row(db, good[0]) is None


def test_dry_run_says_what_would_be_done(db, run):
    name = unique("Dry")
    before = count(db)
    answer = run(table(["", name, "1", 1]), query="?dry_run=true")
    assert answer.json() == {"lines": 1, "created": 1, "updated": 0, "unchanged": 0, "dry_run": True}
    assert wrong(run(table(["", "", "1", 1]), query="?dry_run=true")) == [(2, "name")]
    assert count(db) == before
    assert run(table(["", name, "1", 1]), query="?dry_run=maybe").status == 400


@pytest.mark.parametrize("body,expected", [
    (b"", (1, "header")),
    (b"name\r\nLamp\r\n", (1, "header")),
    ("name,price\nL\u00e4mp,1\n".encode("latin-1"), (2, "name")),
    ("name,price\nLamp,1\n".encode("utf-16"), (1, "line")),
    ("name,price\nLamp,1\n".encode("utf-16-le"), (1, "header")),
    (b"name,price\nLamp,1,2\n", (2, "line")),
    (b"name,price\n\"Lamp,1\nLamp,2\n", (2, "line")),
    (b"name,price\nLamp\x00,1\n", (2, "name")),
    (b"name,price\n" + b"x" * 70_000 + b",1\n", (2, "line")),
    (b"name,price,attributes\nLamp,1,\"[1]\"\n", (2, "attributes")),
    (b"name,price,images\nLamp,1,ftp://x\n", (2, "images[0]")),
    (b"name,price\n\"La\nmp\",1\n", (2, "name")),
    (b"name,price,currency\nLamp,1,EUR\n", (2, "currency")),
    (b"name,price,category\nLamp without category,1,no-such\n", (2, "category")),
])
def test_invalid_csv_is_refused_with_line_and_field(db, run, body, expected):
    before = count(db)
    assert wrong(run(body))[0] == expected
    assert count(db) == before


@pytest.mark.parametrize("body,expected", [
    (b"{\n", (1, "line")), (b"[1]\n", (1, "line")), (b"7\n", (1, "line")), (b'{"name":"a","price":1} {}\n', (1, "line")),
    (b'{"name":"a","name":"b","price":1}\n', (1, "line")), (b'{"name":"\xff","price":1}\n', (1, "line")),
    (b'\n\n{"name":"Lamp","price":"x"}\n', (3, "price")), (b'{"name":"Lamp","price":1,"id":7}', (1, "id")),
    (b'{"name":"Lamp","price":1e400}\n', (1, "line")), (b"[" * 50_000, (1, "line")), (b"x" * 70_000, (1, "line"))])
def test_invalid_ndjson_is_refused_with_line_and_field(run, body, expected):
    assert wrong(run(body, "application/x-ndjson"))[0] == expected


def test_errors_are_bounded_and_counted(run):
    answer = run("name,price\n" + "x,\n" * 5000)
    assert answer.status == 422
    assert answer.json()["error_count"] == 5000
    assert len(answer.json()["errors"]) == 1000
    assert answer.json()["errors"][999]["line"] == 1001
    doubled = run("name,price\n" + "Same same,1\n" * 3000)
    assert doubled.json()["error_count"] == 2999
    assert len(doubled.json()["errors"]) == 1000


def test_other_content_types_and_oversize_bodies_are_refused(shop, run):
    assert run("{}", "application/json").status == 415
    assert run("name,price\n", "text/csv; charset=latin1").status == 415
    assert run(b"\x1f\x8b", **{"Content-Encoding": "gzip"}).status == 415
    assert run("name,price\n").json()["lines"] == 0
    assert run("\ufeffname,price\n").status == 200
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 40000000\r\nAuthorization: Bearer "
    answer = shop.product.api.raw((head + shop.token(77, "staff") + "\r\n\r\n").encode(), timeout=10)
    assert answer.startswith(b"HTTP/1.1 413")


def test_an_idempotency_key_makes_one_import(run):
    key, name = secrets.token_hex(8), unique("Keyed")
    first = run(table(["", name, "1", 3]), **{"Idempotency-Key": key})
    again = run(table(["", name, "1", 3]), **{"Idempotency-Key": key})
    assert first.status == again.status == 200
    assert first.text == again.text and first.json()["created"] == 1
    assert run(table(["", name, "2", 3]), **{"Idempotency-Key": key}).status == 422
    assert wrong(run(table(["", name, "1", 3])))[0] == (2, "name"), "without its key it is another"


def test_a_second_import_at_the_same_time_is_refused(db, run):
    """Somebody else holds the lock that an import takes."""
    holder = ("select pid from pg_locks where locktype = 'advisory' and classid = 1936224112 and objid = 10 and granted "
              "and database = (select oid from pg_database where datname = current_database())")
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(db.query, "select pg_advisory_xact_lock(1936224112, 10), pg_sleep(60)")
        wait_until("the lock is held", lambda: db.query(holder), 20)
        answer = run(table(["", unique("Late"), "1", 1]))
        db.query(f"select pg_terminate_backend(({holder}))")
        assert held.exception(20)
    assert answer.status == 409
    assert answer.headers["retry-after"]


def test_a_large_file_is_imported_in_bounded_memory(shop, db, run):
    """Some thousands of lines; the measured 100,000 are in the report. Other requests are answered meanwhile."""
    mark = secrets.token_hex(4)
    rows = ([f"{mark}-{i}", f"Bulk {mark} {i}", f"{i % 900}.{i % 100:02}", i % 7, "words " * 40] for i in range(20_000))
    before = shop.product.metric("process_resident_memory_bytes")
    answer = run(table(*rows, columns=("sku", "name", "price", "stock", "description")))
    assert answer.status == 200, answer.text
    assert answer.json()["created"] == 20_000
    assert shop.product.metric("process_resident_memory_bytes") < before + 40_000_000
    assert shop.product.metric("import_lines_total", result="created") >= 20_000
    assert db.value(f"select count(*) from products where sku like '{mark}-%'") == "20000"
    assert db.value(f"select sum(on_hand) from stock join products on id = product_id where sku like '{mark}-%'"
                          ) == str(sum(i % 7 for i in range(20_000)))
