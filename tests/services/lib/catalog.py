"""The catalog as its tests read and edit it."""


def ids(answer):
    assert answer.status == 200, answer.text
    return [p["id"] for p in answer.json()]


def names(answer):
    assert answer.status == 200, answer.text
    return [p["name"] for p in answer.json()]


def make(staff, name, **fields):
    answer = staff.post("/api/products", {"name": name, "price": 10, **fields})
    assert answer.status == 201, answer.text
    assert answer.headers["location"] == f"/api/products/{answer.json()['id']}"
    return answer.json()
