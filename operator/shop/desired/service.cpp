#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

Json port(const char* name, int number) {
  return {{"name", name}, {"port", number}, {"targetPort", name}, {"protocol", "TCP"}};
}

DesiredObject in_cluster(const Inputs& in, const std::string& name, const std::string& component,
                         const Json& ports) {
  return object(in, kube::types::service, name, component,
                {{"spec", {{"type", "ClusterIP"}, {"selector", selector(in, component)}, {"ports", ports}}}});
}

DesiredObject headless(const Inputs& in, const std::string& name, const std::string& component,
                       const Json& ports) {
  auto result = in_cluster(in, name, component, ports);
  result.object["spec"]["clusterIP"] = "None";
  result.object["spec"]["publishNotReadyAddresses"] = true;
  return result;
}

const Json postgres_ports = Json::array({port("postgres", postgres_port)});
const Json rabbitmq_ports = Json::array({port("amqp", amqp_port), port("metrics", broker_metrics_port)});

}  // namespace

DesiredObject service(const Inputs& in, Service service) {
  return in_cluster(in, in.names.service(service), to_string(service),
                    Json::array({port("http", http_port), port("ops", ops_port)}));
}

// Clients use a Service with a cluster IP, which stays the same when the pod is replaced, so that no DNS
// cache delays them. The headless Service is for the StatefulSet.
DesiredObject postgres_service(const Inputs& in, const DatabaseServer& server) {
  return in_cluster(in, server.name, server.component, postgres_ports);
}

DesiredObject postgres_pods_service(const Inputs& in, const DatabaseServer& server) {
  return headless(in, server.name + "-pods", server.component, postgres_ports);
}

DesiredObject rabbitmq_service(const Inputs& in) {
  return in_cluster(in, in.names.rabbitmq(), "rabbitmq", rabbitmq_ports);
}

DesiredObject rabbitmq_pods_service(const Inputs& in) {
  return headless(in, in.names.rabbitmq() + "-pods", "rabbitmq", rabbitmq_ports);
}

}  // namespace shop::desired
