#include "operator/kube/quantity.hpp"
#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

constexpr const char* component = "rabbitmq";

Json sizes(const Inputs& in) {
  return resources(in.spec.messaging->resources, {{"100m", "256Mi"}, {"2", "768Mi"}});
}

/// Past this the broker makes publishers wait; the rest of its limit is for what it does not count.
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
      // One node that nobody joins: its name is the same wherever its pod runs, so the volume's content stays
      // its own, and
      // the Erlang distribution, which would let in whoever has the cookie, does not leave the pod.
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

Json probe(int period, int failures) {
  // The listener opens last, when definitions and queues are there.
  return {{"tcpSocket", {{"port", "amqp"}}},
          {"periodSeconds", period},
          {"failureThreshold", failures},
          {"timeoutSeconds", 3}};
}

/// A folder with one file of the ConfigMap: some versions read all that is in conf.d.
Json part_of_config(const Inputs& in, const std::string& volume, const std::string& file) {
  auto result = config_volume(volume, in.names.rabbitmq());
  result["configMap"]["items"] = Json::array({{{"key", file}, {"path", file}}});
  return result;
}

Json pod(const Inputs& in) {
  const auto& messaging = *in.spec.messaging;
  Json container = {{"name", component},
                    {"image", messaging.image.empty() ? in.image(component) : messaging.image},
                    {"imagePullPolicy", in.spec.pull_policy},
                    {"env", environment()},
                    {"ports",
                     {{{"name", "amqp"}, {"containerPort", amqp_port}, {"protocol", "TCP"}},
                      {{"name", "metrics"}, {"containerPort", broker_metrics_port}, {"protocol", "TCP"}}}},
                    {"startupProbe", probe(1, 300)},
                    {"readinessProbe", probe(5, 2)},
                    {"livenessProbe", probe(30, 6)},
                    {"resources", sizes(in)},
                    {"securityContext", container_security()}};
  // The home is not the volume: Erlang wants its cookie there to be readable by nobody else, which a volume's
  // group ownership takes away.
  container["volumeMounts"] =
      Json::array({mount("home", "/var/lib/rabbitmq"), mount("data", "/var/lib/rabbitmq/mnesia"),
                   mount("log", "/var/log/rabbitmq"), mount("tmp", "/tmp"),
                   read_only_mount("config", "/etc/rabbitmq/conf.d"),
                   read_only_mount("plugins", "/etc/shopkeeper/rabbitmq"),
                   read_only_mount("definitions", "/etc/shopkeeper/definitions")});
  Json result = {
      {"automountServiceAccountToken", false},
      {"enableServiceLinks", false},
      {"terminationGracePeriodSeconds", 60},
      {"securityContext", pod_security(stores_uid, true)},
      {"containers", Json::array({std::move(container)})},
      {"volumes", Json::array({empty_dir("home", "64Mi"), empty_dir("log", "64Mi"), empty_dir("tmp", "64Mi"),
                               part_of_config(in, "config", "90-shopkeeper.conf"),
                               part_of_config(in, "plugins", "enabled_plugins"),
                               secret_volume("definitions", in.names.rabbitmq())})}};
  if (!in.spec.pull_secrets.empty()) result["imagePullSecrets"] = pull_secrets(in.spec);
  return result;
}

}  // namespace

Wanted rabbitmq_config(const Inputs& in) {
  auto result = object(in, kube::types::config_map, in.names.rabbitmq(), component);
  result["data"] = {{"90-shopkeeper.conf", configuration(in)},
                    {"enabled_plugins", "[rabbitmq_prometheus].\n"}};
  return {kube::types::config_map, std::move(result)};
}

Wanted rabbitmq(const Inputs& in) {
  auto result = object(in, kube::types::stateful_set, in.names.rabbitmq(), component);
  const auto& volume = in.spec.messaging->volume;
  const auto pod_labels = stable_labels(in, component);
  Json content = {rabbitmq_config(in).object["data"], rabbitmq_definitions(in).object["data"]};
  Json annotations = scrape_annotations(broker_metrics_port);
  annotations["shopkeeper.dev/config"] = digest(content.dump(), 16);
  result["spec"] = {
      {"serviceName", in.names.rabbitmq() + "-pods"},
      {"replicas", 1},
      // In order, a pod that never gets ready is never replaced either: a bad image could not be taken back
      // (kubernetes#67250). With one pod there is no order to lose.
      {"podManagementPolicy", "Parallel"},
      {"selector", {{"matchLabels", selector(in, component)}}},
      {"persistentVolumeClaimRetentionPolicy", retention(volume)},
      {"template",
       {{"metadata", {{"labels", pod_labels}, {"annotations", std::move(annotations)}}}, {"spec", pod(in)}}},
      {"volumeClaimTemplates", Json::array({volume_claim(volume, pod_labels)})}};
  return {kube::types::stateful_set, std::move(result)};
}

}  // namespace shop::desired
