"""Each service runs alone, told nothing but its database and its broker (README.md, "One service, on a laptop")."""

import pytest
from lib.service import Service


@pytest.mark.parametrize("name", ["user", "product", "order", "notification"])
def test_a_service_serves_without_the_others(folder, database, vhost, name):
    service = Service(name, folder / f"laptop-{name}", {}, {"DATABASE_URL": database.url, "AMQP_URL": vhost.url})
    try:
        service.run("migrate")
        service.run("sample-data")
        service.start(timeout=30)
        assert service.api.get("/openapi.yaml").status == 200
        if name == "product":
            assert service.api.get("/api/products/1").json()["name"] == "Laptop"
        if name == "user":
            account = {"name": "Dora", "email": "dora@example.com", "password": "correct horse battery"}
            assert service.api.post("/api/auth/register", account).status == 201
            login = {key: account[key] for key in ("email", "password")}
            token = service.api.post("/api/auth/login", login).json()["access_token"]
            assert service.api.bearer(token).get("/api/customers/me").json()["name"] == "Dora"
    finally:
        service.stop()
