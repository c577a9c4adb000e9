"""Shops behind the Gateway API: spec.gateway.parentRefs on the real API server."""

import pytest
from api import PATHS, Refused
from cluster import quiet, reconciled, writes
from lib.process import wait_until

PATHS["HTTPRoute"] = "/apis/gateway.networking.k8s.io/v1/{}httproutes"
PATHS["CustomResourceDefinition"] = "/apis/apiextensions.k8s.io/v1/{}customresourcedefinitions"
GATEWAY = {"host": "shop.example.com", "parentRefs": [{"name": "public", "namespace": "infra", "sectionName": "https"}]}
# What the operator uses of the Gateway API's definition.
PARENT = {"type": "object", "required": ["name"], "properties": {
    "group": {"type": "string", "default": "gateway.networking.k8s.io"}, "kind": {"type": "string", "default": "Gateway"},
    "name": {"type": "string"}, "namespace": {"type": "string"}, "sectionName": {"type": "string"}, "port": {"type": "integer"}}}
MATCH = {"type": "object", "properties": {"path": {"type": "object", "properties": {
    "type": {"type": "string", "enum": ["Exact", "PathPrefix", "RegularExpression"]}, "value": {"type": "string"}}}}}
BACKEND = {"type": "object", "required": ["name"], "properties": {
    "group": {"type": "string", "default": ""}, "kind": {"type": "string", "default": "Service"}, "name": {"type": "string"},
    "port": {"type": "integer"}, "weight": {"type": "integer", "default": 1}}}
ROUTES = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "httproutes.gateway.networking.k8s.io", "annotations": {"api-approved.kubernetes.io": "unapproved, a stand-in for tests"}},
    "spec": {"group": "gateway.networking.k8s.io", "scope": "Namespaced",
             "names": {"kind": "HTTPRoute", "listKind": "HTTPRouteList", "plural": "httproutes", "singular": "httproute"},
             "versions": [{"name": "v1", "served": True, "storage": True, "subresources": {"status": {}}, "schema": {"openAPIV3Schema": {
                 "type": "object", "properties": {
                     "spec": {"type": "object", "properties": {
                         "parentRefs": {"type": "array", "maxItems": 32, "items": PARENT},
                         "hostnames": {"type": "array", "items": {"type": "string"}},
                         "rules": {"type": "array", "maxItems": 16, "items": {"type": "object", "properties": {
                             "matches": {"type": "array", "maxItems": 8, "items": MATCH},
                             "backendRefs": {"type": "array", "maxItems": 16, "items": BACKEND}}}}}},
                     "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}}}]}}


@pytest.fixture
def routes(api):
    with api.with_kind(ROUTES):
        yield


def accept(api, namespace, status="True", reason="Accepted", message=""):
    """What a controller of the Gateway does."""
    route = api.get("HTTPRoute", namespace, "shop")
    condition = {"type": "Accepted", "status": status, "reason": reason, "message": message,
                 "observedGeneration": route["metadata"]["generation"], "lastTransitionTime": "2026-01-01T00:00:00Z"}
    api.merge("HTTPRoute", namespace, "shop", {"status": {"parents": [
        {"parentRef": route["spec"]["parentRefs"][0], "controllerName": "example.com/x", "conditions": [condition]}]}}, "status")


def gateway_reason(api, namespace, reason, timeout=30):
    wait_until(reason, lambda: api.condition(namespace, "GatewayReady")["reason"] == reason, timeout)
    return api.condition(namespace, "GatewayReady")["message"]


def test_a_shop_is_ready_once_its_route_is_accepted(cluster, api, routes):
    namespace, operator = cluster.namespace(), cluster.operator()
    api.shop(namespace, {"gateway": GATEWAY})
    gateway_reason(api, namespace, "HTTPRouteWaiting")
    assert api.list("Ingress", namespace) == []
    accept(api, namespace, "False", "NoMatchingListenerHostname", "no listener for shop.example.com")
    assert "no listener for shop.example.com" in gateway_reason(api, namespace, "HTTPRouteRefused")
    accept(api, namespace)
    api.ready(namespace)
    assert api.get("Shop", namespace, "shop")["status"]["endpoint"] == "https://shop.example.com"
    route = api.get("HTTPRoute", namespace, "shop")
    assert {rule["backendRefs"][0]["name"] for rule in route["spec"]["rules"]} == {f"shop-{name}" for name in ("user", "product", "order", "notification")}
    # No cache has it, and yet it is not written each time.
    quiet(operator)
    before = len(writes(cluster))
    reconciled(operator, lambda: api.merge("Shop", namespace, "shop", {"metadata": {"annotations": {"look": "again"}}}))
    quiet(operator)
    assert [each["requestURI"] for each in writes(cluster)[before:]] == []


def test_a_shop_moves_from_ingress_to_route_and_back(cluster, api, routes):
    namespace, _ = cluster.ready_shop({"gateway": {"host": "shop.example.com"}})
    api.merge("Shop", namespace, "shop", {"spec": {"gateway": GATEWAY}})
    gateway_reason(api, namespace, "HTTPRouteWaiting")
    assert api.get("Ingress", namespace, "shop"), "it serves until the route does"
    accept(api, namespace)
    wait_until("no Ingress", lambda: api.get("Ingress", namespace, "shop") is None, 30)
    api.ready(namespace)
    api.merge("Shop", namespace, "shop", {"spec": {"gateway": {"parentRefs": None}}})
    wait_until("no HTTPRoute", lambda: api.get("HTTPRoute", namespace, "shop") is None, 30)
    assert api.get("Ingress", namespace, "shop")
    api.ready(namespace)


def test_without_the_gateway_api_a_condition_says_what_to_install(cluster, api):
    namespace, _ = cluster.ready_shop({"gateway": {"host": "shop.example.com"}})
    api.merge("Shop", namespace, "shop", {"spec": {"gateway": GATEWAY}})
    assert "install the Gateway API" in gateway_reason(api, namespace, "GatewayApiMissing")
    assert api.get("Ingress", namespace, "shop"), "what is there keeps serving"


@pytest.mark.parametrize("extra", [{"ingressClassName": "nginx"}, {"tls": {"secretName": "cert"}}, {"annotations": {"a": "b"}}])
def test_fields_of_an_ingress_beside_parent_refs_are_refused(cluster, api, extra):
    with pytest.raises(Refused, match="remove one of the two"):
        api.shop(cluster.namespace(run=False), {"gateway": {**GATEWAY, **extra}})
