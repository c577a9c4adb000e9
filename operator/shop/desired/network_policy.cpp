// Who may connect to whom in a Shop: the arrows of the picture in operator/README.md, and nothing else.
// Policies add up, so a component that gets another peer gets another rule here.
#include "operator/shop/desired/network_peers.hpp"
#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

constexpr int https_port = 443;

std::vector<std::string> jobs_of(Service service) {
  return {to_string(service) + "-migrate", to_string(service) + "-sample-data"};
}

/// The Jobs that need this server.
std::vector<std::string> jobs_of(const DatabaseServer& server) {
  std::vector<std::string> result{server.component + "-databases"};
  for (auto service : server.services)
    for (auto& each : jobs_of(service)) result.push_back(std::move(each));
  return result;
}

DesiredObject policy(const Inputs& in, const std::string& component, Json pods, NetworkRules rules) {
  const auto name = in.names.shop + "-" + component;
  return object(in, kube::types::network_policy, name, component,
                {{"spec",
                  {{"podSelector", std::move(pods)},
                   {"policyTypes", {"Ingress", "Egress"}},
                   {"ingress", std::move(rules.ingress)},
                   {"egress", std::move(rules.egress)}}}});
}

/// Pods of all components: names only. Everything else is denied unless another policy allows it.
DesiredObject default_policy(const Inputs& in) {
  NetworkRules rules;
  // 5353 is where the pods of OpenShift's DNS listen; policies see the port of the pod, not of its Service.
  rules.allow_egress({}, {{"UDP", 53}, {"TCP", 53}, {"UDP", 5353}, {"TCP", 5353}});
  return policy(
      in, "default",
      {{"matchLabels", {{instance_label, in.names.shop}, {"app.kubernetes.io/managed-by", manager}}}},
      std::move(rules));
}

/// To the database and the broker of the Shop, or to the ports that the Secrets of external ones name.
void allow_database(const Inputs& in, Service service, NetworkRules& rules) {
  for (const auto& server : database_servers(in))
    if (std::find(server.services.begin(), server.services.end(), service) != server.services.end())
      rules.allow_egress(server_pods(in, server), {{"TCP", postgres_port}});
  if (!in.spec.own_databases())
    rules.allow_egress({}, external_ports(in, in.spec.external_database.secrets.at(service)));
}

void allow_broker(const Inputs& in, NetworkRules& rules) {
  if (in.spec.messaging)
    rules.allow_egress(components(in, {"rabbitmq"}), {{"TCP", amqp_port}});
  else if (in.spec.cluster_operator)
    rules.allow_egress(broker_cluster_pods(in), {{"TCP", amqp_port}});
  else
    rules.allow_egress({}, external_ports(in, in.spec.external_messaging));
}

DesiredObject service_policy(const Inputs& in, Service service) {
  NetworkRules rules;
  // Ingress controllers may use the network of their node, which no selector matches: without names anyone.
  auto gateway = namespaces(in.spec.gateway.from_namespaces);
  if (!gateway.empty()) gateway.push_back(components(in, {test_component}).at(0));
  rules.allow_ingress(std::move(gateway), {{"TCP", http_port}});
  auto internal = monitoring_peers(in);
  std::vector<std::string> callers;
  for (auto each : all_services)
    if (callees(each).contains(service)) callers.push_back(to_string(each));
  if (!callers.empty()) internal.push_back(components(in, callers).at(0));
  rules.allow_ingress(std::move(internal), {{"TCP", ops_port}});

  allow_database(in, service, rules);
  allow_broker(in, rules);
  std::vector<std::string> called;
  for (auto each : callees(service)) called.push_back(to_string(each));
  rules.allow_egress(components(in, called), {{"TCP", ops_port}});
  if (service == Service::Notification && in.spec.email)
    rules.allow_egress({}, {{"TCP", in.spec.email->port}});
  if (service == Service::Order && in.spec.payments && in.spec.payments->provider == "stripe")
    rules.allow_egress({}, {{"TCP", https_port}});
  return policy(in, to_string(service), selecting(in, {to_string(service)}), std::move(rules));
}

// Nothing connects to a Job.
DesiredObject jobs_policy(const Inputs& in, const DatabaseServer& server) {
  NetworkRules rules;
  rules.allow_egress(server_pods(in, server), {{"TCP", postgres_port}});
  return policy(in, server.component + "-jobs", selecting(in, jobs_of(server)), std::move(rules));
}

DesiredObject external_jobs_policy(const Inputs& in) {
  NetworkRules rules;
  std::vector<std::string> jobs;
  for (auto service : all_services) {
    allow_database(in, service, rules);
    for (auto& each : jobs_of(service)) jobs.push_back(std::move(each));
  }
  return policy(in, "database-jobs", selecting(in, jobs), std::move(rules));
}

DesiredObject database_policy(const Inputs& in, const DatabaseServer& server) {
  NetworkRules rules;
  auto clients = jobs_of(server);
  for (auto service : server.services) clients.push_back(to_string(service));
  // `helm test` makes its account staff.
  clients.push_back(test_component);
  rules.allow_ingress(components(in, clients), {{"TCP", postgres_port}});
  return policy(in, server.component, selecting(in, {server.component}), std::move(rules));
}

/// Where "host" or "host:port" is reached.
NetworkPort store_port(const S3Store& store) {
  const auto colon = store.endpoint.find(':');
  return {"TCP", colon == std::string::npos ? https_port : std::stoi(store.endpoint.substr(colon + 1))};
}

/// The server archives its WAL itself; its Jobs read and write backups.
DesiredObject backups_policy(const Inputs& in, const DatabaseServer& server,
                             const std::vector<NetworkPort>& ports) {
  NetworkRules rules;
  rules.allow_egress({}, ports);
  const auto& name = server.component;
  return policy(in, name + "-backups",
                selecting(in, {name, name + "-backup", name + "-verify", name + "-restore"}),
                std::move(rules));
}

/// Of the buckets that hold the Shop's backups and those that it is restored from.
std::vector<NetworkPort> backup_ports(const Spec& spec) {
  std::set<NetworkPort> ports;
  if (spec.database && spec.database->backup && spec.database->backup->s3)
    ports.insert(store_port(*spec.database->backup->s3));
  if (spec.restore_from && spec.restore_from->s3) ports.insert(store_port(*spec.restore_from->s3));
  return {ports.begin(), ports.end()};
}

DesiredObject broker_policy(const Inputs& in) {
  NetworkRules rules;
  std::vector<std::string> clients;
  for (auto each : all_services) clients.push_back(to_string(each));
  rules.allow_ingress(components(in, clients), {{"TCP", amqp_port}});
  rules.allow_ingress(monitoring_peers(in), {{"TCP", broker_metrics_port}});
  return policy(in, "rabbitmq", selecting(in, {"rabbitmq"}), std::move(rules));
}

}  // namespace

std::vector<DesiredObject> network_policies(const Inputs& in) {
  std::vector<DesiredObject> result{default_policy(in)};
  for (auto service : all_services) result.push_back(service_policy(in, service));
  for (const auto& server : database_servers(in)) {
    // The pods of CloudNativePG are reached by its operator and by one another: its own policies are for
    // them.
    if (in.spec.database) result.push_back(database_policy(in, server));
    result.push_back(jobs_policy(in, server));
    if (const auto ports = backup_ports(in.spec); !ports.empty())
      result.push_back(backups_policy(in, server, ports));
  }
  if (!in.spec.own_databases()) result.push_back(external_jobs_policy(in));
  if (in.spec.messaging) result.push_back(broker_policy(in));
  return result;
}

}  // namespace shop::desired
