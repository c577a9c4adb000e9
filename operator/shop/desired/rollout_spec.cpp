#include "operator/shop/desired/rollout_spec.hpp"

#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/inputs.hpp"

namespace shop {
namespace {

Json amounts(const Resources::Amounts& amounts) { return {{"cpu", amounts.cpu}, {"memory", amounts.memory}}; }

Resources::Amounts read_amounts(const Json& json) { return {json.at("cpu"), json.at("memory")}; }

Json of_service(const ServiceSpec& service) {
  Json env = Json::array();
  for (const auto& [name, value] : service.env) env.push_back({{"name", name}, {"value", value}});
  return {{"requests", amounts(service.resources.requests)},
          {"limits", amounts(service.resources.limits)},
          {"env", env}};
}

void read_service(ServiceSpec& service, const Json& json) {
  service.resources = {read_amounts(json.at("requests")), read_amounts(json.at("limits"))};
  service.env.clear();
  for (const auto& each : json.at("env")) service.env.emplace_back(each.at("name"), each.at("value"));
}

void read_spec(Spec& spec, const Json& json) {
  spec.registry = json.at("registry");
  spec.tag = json.at("tag");
  spec.pull_policy = json.at("pullPolicy");
  spec.pull_secrets = json.at("pullSecrets").get<std::vector<std::string>>();
  spec.access = json.at("access");
  for (auto service : all_services)
    read_service(spec.services[service], json.at("services").at(to_string(service)));
}

bool readable(const Json& json) {
  try {
    Spec spec;
    read_spec(spec, json);
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

}  // namespace

Json rollout_spec(const ShopContext& context) {
  const auto& spec = context.spec;
  Json result = {{"registry", context.registry()},
                 {"tag", context.version()},
                 {"pullPolicy", spec.pull_policy},
                 {"access", spec.access},
                 {"pullSecrets", spec.pull_secrets}};
  for (auto service : all_services)
    result["services"][to_string(service)] = of_service(spec.services.at(service));
  return result;
}

std::string rollout_id(const Json& rollout_spec) { return digest(rollout_spec.dump(), 12); }

Inputs with_rollout_spec(Inputs in, const Json& rollout_spec) {
  read_spec(in.spec, rollout_spec);
  return in;
}

RolloutRecord read_rollout(const Json& status, const ShopContext& context) {
  RolloutRecord record;
  record.previous_version = kube::text_at(status, "/previousVersion");
  const Json::json_pointer complete("/rollout/complete");
  if (status.contains(complete) && readable(status[complete])) {
    record.complete = status[complete];
  } else if (const auto version = kube::text_at(status, "/version"); !version.empty()) {
    record.complete = rollout_spec(context);
    record.complete["tag"] = version;
  }
  if (const auto id = kube::text_at(status, "/rollout/refused/id"); !id.empty())
    record.refused = {id, kube::text_at(status, "/rollout/refused/version"),
                      kube::text_at(status, "/rollout/refused/reason"),
                      kube::text_at(status, "/rollout/refused/message")};
  return record;
}

void write_rollout(Json& status, const RolloutRecord& record) {
  if (record.complete.is_object()) {
    status["rollout"]["complete"] = record.complete;
    status["version"] = record.complete.at("tag");
  }
  if (!record.previous_version.empty()) status["previousVersion"] = record.previous_version;
  if (record.refused) {
    const auto& refused = *record.refused;
    status["rollout"]["refused"] = {{"id", refused.id},
                                    {"version", refused.version},
                                    {"reason", refused.reason},
                                    {"message", refused.message}};
  } else if (status.contains("/rollout/refused"_json_pointer)) {
    status["rollout"]["refused"] = nullptr;  // removes it
  }
}

}  // namespace shop
