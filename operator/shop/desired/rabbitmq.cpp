#include "operator/kube/object/quantity.hpp"
#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

constexpr const char* component = "rabbitmq";

Json sizes(const Inputs& in) {
  return resources(in.spec.messaging->resources, {{"100m", "256Mi"}, {"2", "768Mi"}});
}

/// Above it the broker blocks publishers; the rest of the limit is for memory that it does not count.
std::int64_t watermark_bytes(const Inputs& in) {
  auto limit = kube::Quantity::parse(sizes(in)["limits"]["memory"].get<std::string>());
  return limit ? limit->ceil() / 10 * 6 : 256 * 1024 * 1024;
}

std::string configuration(const Inputs& in) {
  return "listeners.tcp.default = " + std::to_string(amqp_port) +
         "\n"
         "load_definitions = /etc/shopkeeper/definitions/definitions.json\n"
         "vm_memory_high_watermark.absolute = " +
         std::to_string(watermark_bytes(in)) +
         "\n"
         "disk_free_limit.absolute = 268435456\n"
         "prometheus.tcp.port = " +
         std::to_string(broker_metrics_port) +
         "\n"
         "log.console = true\n"
         "log.console.level = info\n"
         "log.file = false\n";
}

Json environment() {
  return Json::array({
      // A single node: a name that does not depend on the pod keeps the volume's content valid, and the
      // Erlang
      // distribution, which admits any client with the cookie, does not leave the pod.
      env("RABBITMQ_NODENAME", "rabbit@localhost"),
      env("ERL_EPMD_ADDRESS", "127.0.0.1"),
      env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
          "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none"),
      env("RABBITMQ_ENABLED_PLUGINS_FILE", "/etc/shopkeeper/rabbitmq/enabled_plugins"),
      env("RABBITMQ_MNESIA_BASE", "/var/lib/rabbitmq/mnesia"),
      env("RABBITMQ_LOGS", "-"),
      env("HOME", "/var/lib/rabbitmq"),
  });
}

Json broker_probe(int period, int failures) {
  // The listener opens last, after definitions and queues have been loaded.
  return probe({{"tcpSocket", {{"port", "amqp"}}}}, period, failures, 3);
}

/// A folder with one file of the ConfigMap, because some versions read all files in conf.d.
Json single_file_volume(const Inputs& in, const std::string& volume, const std::string& file) {
  auto result = config_volume(volume, in.names.rabbitmq());
  result["configMap"]["items"] = Json::array({{{"key", file}, {"path", file}}});
  return result;
}

Json pod(const Inputs& in) {
  // The home is not on the volume: Erlang requires that only the user can read its cookie there, which the
  // volume's group ownership does not allow.
  auto broker =
      container(in.spec, component, rabbitmq_store(in).image, environment(), sizes(in),
                Json::array({mount("home", "/var/lib/rabbitmq"), mount("data", "/var/lib/rabbitmq/mnesia"),
                             mount("log", "/var/log/rabbitmq"), mount("tmp", "/tmp"),
                             read_only_mount("config", "/etc/rabbitmq/conf.d"),
                             read_only_mount("plugins", "/etc/shopkeeper/rabbitmq"),
                             read_only_mount("definitions", "/etc/shopkeeper/definitions")}));
  broker["ports"] = {{{"name", "amqp"}, {"containerPort", amqp_port}, {"protocol", "TCP"}},
                     {{"name", "metrics"}, {"containerPort", broker_metrics_port}, {"protocol", "TCP"}}};
  broker["startupProbe"] = broker_probe(1, 300);
  broker["readinessProbe"] = broker_probe(5, 2);
  broker["livenessProbe"] = broker_probe(30, 6);
  auto result =
      pod_spec(in.spec, stores_uid, Json::array({std::move(broker)}),
               Json::array({empty_dir("home", "64Mi"), empty_dir("log", "64Mi"), empty_dir("tmp", "64Mi"),
                            single_file_volume(in, "config", "90-shopkeeper.conf"),
                            single_file_volume(in, "plugins", "enabled_plugins"),
                            secret_volume("definitions", in.names.rabbitmq())}));
  result["terminationGracePeriodSeconds"] = 60;
  return result;
}

}  // namespace

DesiredObject rabbitmq_config(const Inputs& in) {
  Json files = {{"90-shopkeeper.conf", configuration(in)}, {"enabled_plugins", "[rabbitmq_prometheus].\n"}};
  return object(in, kube::types::config_map, in.names.rabbitmq(), component, {{"data", std::move(files)}});
}

DesiredObject rabbitmq(const Inputs& in) {
  const Json content = {rabbitmq_config(in).object["data"], rabbitmq_definitions(in).object["data"]};
  Json annotations = scrape_annotations(broker_metrics_port);
  annotations["shopkeeper.dev/config"] = digest(content.dump(), 16);
  return stateful_set(in, in.names.rabbitmq(), component, rabbitmq_store(in), in.spec.messaging->volume,
                      std::move(annotations), pod(in));
}

}  // namespace shop::desired
