"""The catalog as its tests read and edit it."""


def ids(answer):
    assert answer.status == 200, answer.text
    return [p["id"] for p in answer.json()]


def names(answer):
    assert answer.status == 200, answer.text
    return [p["name"] for p in answer.json()]


def walk(client, path, headers=None):
    """All products of a list, page by page."""
    found = []
    while path:
        answer = client.get(path, headers=headers)
        assert answer.status == 200, answer.text
        found += answer.json()
        link = answer.headers.get("link")
        path = link[1:link.index(">")] if link else None
    return found


def make(staff, name, **fields):
    answer = staff.post("/api/products", {"name": name, "price": 10, **fields})
    assert answer.status == 201, answer.text
    assert answer.headers["location"] == f"/api/products/{answer.json()['id']}"
    return answer.json()
