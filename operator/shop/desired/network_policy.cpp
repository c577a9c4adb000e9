#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

Json ports(const std::vector<int>& numbers) {
  Json result = Json::array();
  for (int number : numbers) result.push_back({{"protocol", "TCP"}, {"port", number}});
  return result;
}

}  // namespace

DesiredObject network_policy(const Inputs& in, const std::string& component,
                             const std::vector<int>& shop_ports, const std::vector<int>& open_ports) {
  Json shop_pods = {
      {"podSelector",
       {{"matchLabels", {{instance_label, in.names.shop}, {"app.kubernetes.io/part-of", "shopkeeper"}}}}}};
  Json ingress = Json::array({{{"from", Json::array({shop_pods})}, {"ports", ports(shop_ports)}}});
  if (!open_ports.empty()) ingress.push_back({{"ports", ports(open_ports)}});
  Json spec = {{"podSelector", {{"matchLabels", selector(in, component)}}},
               {"policyTypes", {"Ingress"}},
               {"ingress", std::move(ingress)}};
  return object(in, kube::types::network_policy, in.names.shop + "-" + component, component,
                {{"spec", std::move(spec)}});
}

}  // namespace shop::desired
