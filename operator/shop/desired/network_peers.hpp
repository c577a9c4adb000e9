#pragma once
#include "operator/shop/desired/inputs.hpp"

#include <string>
#include <utility>
#include <vector>

/// The pieces of network policies.
namespace shop::desired {

/// Of the pods of `helm test` (charts/shop), which the operator does not create.
inline constexpr const char* test_component = "test";

using NetworkPort = std::pair<const char*, int>;  ///< protocol, number

/// Rules of one policy. An empty list of peers allows any peer, as in Kubernetes; no rule allows nothing.
struct NetworkRules {
  Json ingress = Json::array();
  Json egress = Json::array();
  /// Nothing without ports.
  void allow_ingress(Json from, const std::vector<NetworkPort>& ports);
  void allow_egress(Json to, const std::vector<NetworkPort>& ports);
};

/// A selector of the Shop's pods of these components.
Json selecting(const ShopContext& in, const std::vector<std::string>& components);
/// Peers: one entry that selects these components.
Json components(const ShopContext& in, const std::vector<std::string>& names);
/// Peers: the pods of a database server; of a CloudNativePG Cluster its instances and poolers.
Json server_pods(const ShopContext& in, const DatabaseServer& server);
/// Peers: the pods that RabbitMQ's cluster operator runs for the Shop.
Json broker_cluster_pods(const ShopContext& in);
/// Peers: all pods of these namespaces; empty without names.
Json namespaces(const std::vector<std::string>& names);
/// Peers: pods of the namespaces that Prometheus runs in, else of every namespace.
Json monitoring_peers(const Inputs& in);
/// The ports of an external store, by the name of its Secret.
std::vector<NetworkPort> external_ports(const Inputs& in, const std::string& secret);

}  // namespace shop::desired
