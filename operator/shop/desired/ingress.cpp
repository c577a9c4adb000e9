#include "operator/shop/desired/parts.hpp"
#include "operator/shop/desired/routes.hpp"

namespace shop::desired {
DesiredObject ingress(const Inputs& in) {
  const auto& gateway = in.spec.gateway;
  Json paths = Json::array();
  for (const auto& route : routes)
    paths.push_back(
        {{"path", route.path},
         {"pathType", route.type},
         {"backend",
          {{"service", {{"name", in.names.service(route.service)}, {"port", {{"name", "http"}}}}}}}});
  Json rule = {{"http", {{"paths", std::move(paths)}}}};
  if (!gateway.host.empty()) rule["host"] = gateway.host;

  Json spec = {{"rules", Json::array({std::move(rule)})}};
  if (!gateway.ingress_class.empty()) spec["ingressClassName"] = gateway.ingress_class;
  if (gateway.tls())
    spec["tls"] = {{{"hosts", {gateway.host}},
                    {"secretName", gateway.tls_secret.empty() ? in.names.tls() : gateway.tls_secret}}};
  auto result = object(in, kube::types::ingress, in.names.shop, "gateway", {{"spec", std::move(spec)}});
  Json annotations = gateway.annotations;
  if (!gateway.tls_issuer.empty()) annotations["cert-manager.io/cluster-issuer"] = gateway.tls_issuer;
  if (!annotations.empty()) result.object["metadata"]["annotations"] = annotations;
  return result;
}

}  // namespace shop::desired
