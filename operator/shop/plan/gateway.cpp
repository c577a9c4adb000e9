// The Ingress or the HTTPRoute, and the URL of the shop.
#include "operator/shop/plan/steps.hpp"
#include "operator/shop/spec/types.hpp"

namespace shop {
namespace {

// No informer watches HTTPRoutes.
constexpr std::chrono::seconds look_again{5};
constexpr std::chrono::seconds ask_for_kind_again{60};

const kube::Object* live_ingress(const PlanInputs& at) {
  return at.observed.find(kube::types::ingress, at.in.names.shop);
}

const Json& list_at(const Json& object, const char* pointer) {
  static const Json none = Json::array();
  const Json::json_pointer at(pointer);
  return object.contains(at) && object.at(at).is_array() ? object.at(at) : none;
}

/// The condition of one parent; null when it has none for the route as it now is.
const Json* parent_condition(const Json& parent, const std::string& type, std::int64_t generation) {
  for (const auto& each : list_at(parent, "/conditions"))
    if (kube::text_at(each, "/type") == type && each.value("observedGeneration", generation) >= generation)
      return &each;
  return nullptr;
}

std::string gateway_name(const Json& parent) {
  auto name = kube::text_at(parent, "/parentRef/name");
  const auto section = kube::text_at(parent, "/parentRef/sectionName");
  return section.empty() ? name : name + " (" + section + ")";
}

/// Done when every Gateway that the Shop names has accepted the route.
ComponentStatus route_status(const kube::Object& route, std::size_t wanted) {
  std::size_t accepted = 0;
  for (const auto& parent : list_at(route, "/status/parents")) {
    for (const char* type : {"Accepted", "ResolvedRefs"}) {
      const auto* condition = parent_condition(parent, type, kube::generation(route));
      if (condition && kube::text_at(*condition, "/status") == "False")
        return {false, "HTTPRouteRefused",
                "Gateway " + gateway_name(parent) + ": " + kube::text_at(*condition, "/reason") + ": " +
                    kube::text_at(*condition, "/message")};
      if (condition && std::string_view(type) == "Accepted") ++accepted;
    }
  }
  if (accepted >= wanted)
    return {true, "HTTPRouteAccepted", "HTTPRoute " + kube::name(route) + " leads to the services"};
  return {false, "HTTPRouteWaiting",
          "HTTPRoute " + kube::name(route) + " is not accepted yet: " + std::to_string(accepted) + " of " +
              std::to_string(wanted) + " Gateways; is a controller for them installed?"};
}

ComponentStep plan_route(const PlanInputs& at) {
  ComponentStep step;
  if (!at.in.http_routes) {
    step.status = {
        false, "GatewayApiMissing",
        "spec.gateway.parentRefs needs the kind HTTPRoute (gateway.networking.k8s.io/v1): install the "
        "Gateway API and a controller for it, or remove parentRefs to have an Ingress"};
    // What exists keeps serving.
    step.result.kept.insert({kube::types::ingress.kind, at.in.names.shop});
    step.result.requeue_in(ask_for_kind_again);
    return step;
  }
  const auto* live = at.observed.find(http_route_type, at.in.names.shop);
  step.status = live ? route_status(*live, at.in.spec.gateway.parent_refs.size())
                     : ComponentStatus{false, "Applying", "The HTTPRoute is being created"};
  // The Ingress goes when the route serves.
  if (!step.status.done) {
    step.result.kept.insert({kube::types::ingress.kind, at.in.names.shop});
    step.result.requeue_in(look_again);
  }
  step.result.apply(desired::http_route(at.in));
  return step;
}

/// "203.0.113.7" or "lb.example.com"; "" when the ingress controller has written none.
std::string address_of(const kube::Object& ingress) {
  auto host = kube::text_at(ingress, "/status/loadBalancer/ingress/0/hostname");
  return host.empty() ? kube::text_at(ingress, "/status/loadBalancer/ingress/0/ip") : host;
}

ComponentStatus ingress_status(const PlanInputs& at) {
  const auto& gateway = at.in.spec.gateway;
  const auto ingress = "Ingress " + at.in.names.shop;
  if (const auto* missing = at.missing_for("spec.gateway"))
    return {false, missing->reference.awaited ? "CertificatePending" : "SecretMissing", missing->text()};
  const auto* live = live_ingress(at);
  if (!live) return {false, "Applying", ingress + " is being made"};
  if (!gateway.wait_for_address) return {true, "IngressApplied", ingress + " leads to the services"};
  if (address_of(*live).empty())
    return {false, "NoAddress",
            ingress + " has no address yet: the ingress controller of " +
                (gateway.ingress_class.empty() ? "the default class" : "class " + gateway.ingress_class) +
                " writes it into the Ingress's status; for a controller that writes none set "
                "spec.gateway.waitForAddress to false"};
  return {true, "AddressAssigned", ingress + " leads to the services"};
}

}  // namespace

ComponentStep plan_gateway(const PlanInputs& at) {
  if (!at.in.spec.gateway.parent_refs.empty()) return plan_route(at);
  ComponentStep step{{}, ingress_status(at), {}};
  step.result.apply(desired::ingress(at.in));
  return step;
}

std::string endpoint_url(const PlanInputs& at) {
  const auto& gateway = at.in.spec.gateway;
  auto host = gateway.host;
  if (const auto* live = live_ingress(at); live && host.empty() && gateway.parent_refs.empty())
    host = address_of(*live);
  return host.empty() ? "" : gateway.url(host);
}

}  // namespace shop
