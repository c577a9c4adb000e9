#include "operator/shop/desired/network_peers.hpp"

#include "operator/shop/spec/names.hpp"

namespace shop::desired {
namespace {

void allow(Json& rules, const char* direction, Json peers, const std::vector<NetworkPort>& ports) {
  if (ports.empty()) return;
  Json rule = {{"ports", Json::array()}};
  for (const auto& [protocol, number] : ports)
    rule["ports"].push_back({{"protocol", protocol}, {"port", number}});
  if (!peers.empty()) rule[direction] = std::move(peers);
  rules.push_back(std::move(rule));
}

}  // namespace

void NetworkRules::allow_ingress(Json from, const std::vector<NetworkPort>& ports) {
  allow(ingress, "from", std::move(from), ports);
}

void NetworkRules::allow_egress(Json to, const std::vector<NetworkPort>& ports) {
  allow(egress, "to", std::move(to), ports);
}

Json selecting(const ShopContext& in, const std::vector<std::string>& components) {
  return {{"matchLabels", {{instance_label, in.names.shop}, {"app.kubernetes.io/part-of", "shopkeeper"}}},
          {"matchExpressions", {{{"key", component_label}, {"operator", "In"}, {"values", components}}}}};
}

Json components(const ShopContext& in, const std::vector<std::string>& names) {
  return Json::array({{{"podSelector", selecting(in, names)}}});
}

Json server_pods(const ShopContext& in, const DatabaseServer& server) {
  if (!in.spec.cloud_native_pg) return components(in, {server.component});
  return Json::array({{{"podSelector", {{"matchLabels", {{"cnpg.io/cluster", server.name}}}}}},
                      {{"podSelector", {{"matchLabels", {{"cnpg.io/poolerName", in.names.pg_pooler()}}}}}}});
}

Json broker_cluster_pods(const ShopContext& in) {
  const Json labels = {{"app.kubernetes.io/name", in.names.rabbitmq()},
                       {"app.kubernetes.io/part-of", "rabbitmq"}};
  return Json::array({{{"podSelector", {{"matchLabels", labels}}}}});
}

Json namespaces(const std::vector<std::string>& names) {
  if (names.empty()) return Json::array();
  const Json expression = {{"key", "kubernetes.io/metadata.name"}, {"operator", "In"}, {"values", names}};
  return Json::array({{{"namespaceSelector", {{"matchExpressions", Json::array({expression})}}}}});
}

Json monitoring_peers(const Inputs& in) {
  auto named = namespaces(in.spec.monitoring_namespaces);
  if (named.empty()) named.push_back({{"namespaceSelector", Json::object()}});
  return named;
}

std::vector<NetworkPort> external_ports(const Inputs& in, const std::string& secret) {
  std::vector<NetworkPort> result;
  if (const auto found = in.secret_ports.find(secret); found != in.secret_ports.end())
    for (int port : found->second) result.emplace_back("TCP", port);
  return result;
}

}  // namespace shop::desired
