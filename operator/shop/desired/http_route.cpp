#include "operator/shop/desired/parts.hpp"
#include "operator/shop/desired/routes.hpp"
#include "operator/shop/spec/types.hpp"

namespace shop::desired {
namespace {

Json parent(const ParentRef& ref) {
  Json result = {{"name", ref.name}};
  if (!ref.ns.empty()) result["namespace"] = ref.ns;
  if (!ref.section.empty()) result["sectionName"] = ref.section;
  if (ref.port != 0) result["port"] = ref.port;
  return result;
}

/// A rule for all paths of a service, since a route has at most 16 rules.
Json rule(const Inputs& in, Service service) {
  Json matches = Json::array();
  for (const auto& route : routes) {
    if (route.service != service) continue;
    const char* type = std::string_view(route.type) == "Exact" ? "Exact" : "PathPrefix";
    matches.push_back({{"path", {{"type", type}, {"value", route.path}}}});
  }
  return {{"matches", std::move(matches)},
          {"backendRefs", {{{"name", in.names.service(service)}, {"port", http_port}}}}};
}

}  // namespace

DesiredObject http_route(const Inputs& in) {
  const auto& gateway = in.spec.gateway;
  Json spec = {{"parentRefs", Json::array()}, {"rules", Json::array()}};
  for (const auto& ref : gateway.parent_refs) spec["parentRefs"].push_back(parent(ref));
  for (auto service : all_services) spec["rules"].push_back(rule(in, service));
  if (!gateway.host.empty()) spec["hostnames"] = {gateway.host};
  return object(in, http_route_type, in.names.shop, "gateway", {{"spec", std::move(spec)}});
}

}  // namespace shop::desired
