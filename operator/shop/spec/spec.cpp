#include "operator/shop/spec/spec.hpp"

#include "operator/kube/object/object.hpp"
#include "operator/shop/spec/spec_reader.hpp"
#include "operator/shop/spec/stores.hpp"
#include "operator/shop/spec/syntax.hpp"
#include "services/kit/money/money.hpp"

#include <algorithm>

namespace shop {
namespace {

constexpr int max_replicas = 20;

std::vector<ScalingMetric> read_scaling_metrics(SpecReader& parent) {
  std::vector<ScalingMetric> result;
  const Json* list = parent.array("metrics");
  if (!list) return result;
  for (const auto& each : *list) {
    SpecReader reader(&each, parent.path("metrics[]"), parent.log());
    const bool depth = reader.choice("type", {"QueueDepth", "Latency"}) == "QueueDepth";
    result.push_back({depth ? ScalingMetric::Type::QueueDepth : ScalingMetric::Type::Latency,
                      reader.integer("target", 100, 1, 60'000)});
  }
  return result;
}

Autoscaling read_autoscaling(SpecReader& parent) {
  SpecReader reader(parent, "autoscaling");
  Autoscaling result;
  result.min = reader.integer("min", 2, 1, max_replicas);
  result.max = reader.integer("max", 0, 1, max_replicas);
  result.cpu = reader.integer("cpu", 70, 10, 95);
  result.metrics = read_scaling_metrics(reader);
  if (result.min > result.max) reader.add_error("min", "may not be above max");
  return result;
}

bool reserved(const std::string& variable) {
  static const std::set<std::string> names{"DATABASE_URL", "AMQP_URL", "SHOPKEEPER_CONFIG",
                                           "SHOPKEEPER_DATABASE_URL", "SHOPKEEPER_MESSAGING_URL"};
  return names.contains(variable);
}

std::vector<std::pair<std::string, std::string>> read_env(SpecReader& parent) {
  std::vector<std::pair<std::string, std::string>> result;
  const Json* list = parent.array("env");
  if (!list) return result;
  for (const auto& each : *list) {
    SpecReader reader(&each, parent.path("env[]"), parent.log());
    auto name = reader.required_text("name");
    if (!name.empty() && !is_variable_name(name))
      parent.add_error("env",
                       "name " + name + " may hold letters, digits and _ only, and begins with no digit");
    if (reserved(name))
      parent.add_error("env", name + " is the operator's; see spec.database and spec.messaging");
    result.emplace_back(name, reader.text("value"));
  }
  return result;
}

ServiceSpec read_service(SpecReader& parent, const char* name) {
  SpecReader reader(parent, name);
  ServiceSpec result;
  if (reader.has("replicas") && reader.has("autoscaling"))
    parent.add_error(name, "has either replicas or autoscaling, not both");
  result.replicas = reader.integer("replicas", 1, 1, max_replicas);
  if (reader.has("autoscaling")) result.autoscaling = read_autoscaling(reader);
  result.resources = read_resources(reader);
  result.env = read_env(reader);
  return result;
}

constexpr const char* label_value_rule =
    "at most 63 letters, digits, '.', '_' and '-', with a letter or digit at both ends";

void check_keys(SpecReader& reader, const char* field, const std::map<std::string, std::string>& values) {
  for (const auto& [key, value] : values)
    if (!is_label_key(key))
      reader.add_error(field, "key " + key + " is not a key such as example.com/team: " + label_value_rule +
                                  ", perhaps after a DNS name and '/'");
}

/// The images' tag is a label of all objects too.
std::string read_tag(SpecReader& reader, const char* field) {
  auto tag = reader.text(field);
  if (!tag.empty() && !is_label_value(tag))
    reader.add_error(field,
                     std::string("is an image tag such as 1.4.0, and a label too: ") + label_value_rule);
  return tag;
}

std::vector<ParentRef> read_parent_refs(SpecReader& parent) {
  std::vector<ParentRef> result;
  const Json* list = parent.array("parentRefs");
  if (!list) return result;
  for (const auto& each : *list) {
    SpecReader reader(&each, parent.path("parentRefs[]"), parent.log());
    result.push_back({reader.required_text("name"), reader.text("namespace"), reader.text("sectionName"),
                      reader.integer("port", 0, 1, 65535)});
  }
  return result;
}

Gateway read_gateway(SpecReader& parent) {
  SpecReader reader(parent, "gateway");
  Gateway result;
  result.host = reader.text("host");
  result.ingress_class = reader.text("ingressClassName");
  result.annotations = reader.text_map("annotations");
  check_keys(reader, "annotations", result.annotations);
  result.port = reader.integer("port", 0, 1, 65535);
  result.wait_for_address = reader.flag("waitForAddress", true);
  result.parent_refs = read_parent_refs(reader);
  result.from_namespaces = reader.texts("fromNamespaces");
  for (const char* field : {"ingressClassName", "tls", "annotations"})
    if (!result.parent_refs.empty() && reader.has(field))
      reader.add_error(field, "is of an Ingress; parentRefs makes an HTTPRoute: remove one of the two");
  SpecReader tls(reader, "tls");
  if (tls.present()) {
    result.tls_secret = tls.text("secretName");
    result.tls_issuer = tls.text("issuer");
    if (result.tls_secret.empty() == result.tls_issuer.empty())
      reader.add_error("tls", "needs exactly one of secretName and issuer");
    if (result.host.empty())
      reader.add_error("tls", "needs gateway.host, the name that the certificate is for");
  }
  return result;
}

std::optional<Payments> read_payments(SpecReader& parent) {
  SpecReader reader(parent, "payments");
  if (!reader.present()) return std::nullopt;
  Payments result;
  result.provider = reader.choice("provider", {"sandbox", "stripe"});
  result.secret = reader.text("secret");
  if (result.provider == "stripe" && result.secret.empty())
    reader.add_error("secret", "is required for stripe: a Secret with the keys api-key and webhook-secret");
  if (result.provider == "sandbox" && !result.secret.empty())
    reader.add_error("secret", "is for stripe; the sandbox needs none");
  return result;
}

std::optional<Email> read_email(SpecReader& parent) {
  SpecReader reader(parent, "email");
  if (!reader.present()) return std::nullopt;
  Email result;
  result.host = reader.required_text("host");
  result.from = reader.required_text("from");
  result.port = reader.integer("port", 587, 1, 65535);
  result.tls = reader.choice("tls", {"starttls", "none", "tls"});
  result.secret = reader.text("secret");
  return result;
}

void read_monitoring(SpecReader& parent, Spec& spec) {
  SpecReader reader(parent, "monitoring");
  spec.pod_monitor = reader.choice("podMonitor", {"Auto", "Never"}) == "Auto";
  spec.monitoring_labels = reader.text_map("labels");
  check_keys(reader, "labels", spec.monitoring_labels);
  for (const auto& [key, value] : spec.monitoring_labels) {
    if (key.starts_with("app.kubernetes.io/"))
      reader.add_error("labels", "may not set " + key + ", which is the operator's");
    if (!value.empty() && !is_label_value(value))
      reader.add_error("labels", "value " + value + " is not a label value: " + label_value_rule);
  }
  spec.monitoring_namespaces = reader.texts("fromNamespaces");
}

Spec read_spec(SpecReader& reader) {
  Spec spec;
  spec.version = read_tag(reader, "version");
  {
    SpecReader image(reader, "image");
    spec.registry = image.text("registry");
    spec.tag = read_tag(image, "tag");
    spec.pull_policy = image.choice("pullPolicy", {"IfNotPresent", "Always", "Never"});
    spec.pull_secrets = image.texts("pullSecrets");
  }
  spec.access = reader.choice("access", {"Authenticated", "Open"});
  spec.sample_data = reader.flag("sampleData");
  spec.currency = reader.text("currency", "USD");
  if (!kit::Currency::parse(spec.currency))
    reader.add_error("currency", "is no currency known here: " + spec.currency);
  spec.paused = reader.flag("paused");
  {
    SpecReader upgrade(reader, "upgrade");
    spec.upgrade_timeout = upgrade.integer("timeoutSeconds", 300, 30, 3600);
  }
  spec.network_policy = reader.flag("networkPolicy", true);
  spec.gateway = read_gateway(reader);
  {
    SpecReader services(reader, "services");
    for (auto service : all_services)
      spec.services[service] = read_service(services, to_string(service).c_str());
  }
  read_database(reader, spec);
  spec.restore_from = read_restore(reader);
  if (spec.restore_from && !spec.database) reader.add_error("restoreFrom", "needs database.managed");
  if (spec.restore_from && spec.database && !spec.restore_from->backup.empty() &&
      spec.database->topology != Topology::Shared)
    reader.add_error("restoreFrom",
                     "has a backup, which is for one server (topology Shared); use targetTime");
  read_messaging(reader, spec);
  spec.payments = read_payments(reader);
  spec.email = read_email(reader);
  read_monitoring(reader, spec);
  return spec;
}

bool valid_name(const std::string& name) {
  if (name.empty() || name.size() > 24 || !(name[0] >= 'a' && name[0] <= 'z') || name.back() == '-')
    return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

Spec read_shop(const Json& shop, SpecLog& log) {
  const auto it = shop.find("spec");
  SpecReader reader(it == shop.end() ? nullptr : &*it, "spec", log);
  return read_spec(reader);
}

}  // namespace

bool Gateway::https() const {
  if (parent_refs.empty()) return tls();
  // The Gateway has the certificate; its listeners are named or numbered by convention.
  const auto& first = parent_refs.front();
  return first.port == 443 || first.section.starts_with("https");
}

std::string Gateway::url(const std::string& at_host) const {
  const auto url = (https() ? "https://" : "http://") + at_host;
  const bool usual = port == 0 || port == (https() ? 443 : 80);
  return usual ? url : url + ":" + std::to_string(port);
}

std::string to_string(Service service) {
  switch (service) {
    case Service::User:
      return "user";
    case Service::Product:
      return "product";
    case Service::Order:
      return "order";
    case Service::Notification:
      break;
  }
  return "notification";
}

Spec parse_shop(const Json& shop) {
  SpecLog log;
  if (!valid_name(kube::name(shop)))
    log.errors.push_back(
        "metadata.name may have at most 24 characters, a-z, 0-9 and '-', and begins with a letter");
  auto spec = read_shop(shop, log);
  for (auto& [service, each] : spec.services)
    each.restart = kube::annotation(shop, "shopkeeper.dev/restart-" + to_string(service));
  if (log.errors.empty()) return spec;
  std::string message;
  for (const auto& error : log.errors) message += (message.empty() ? "" : "; ") + error;
  throw InvalidSpec(message);
}

std::set<std::string> fields_read(const Json& shop) {
  SpecLog log;
  read_shop(shop, log);
  return log.fields;
}

}  // namespace shop
