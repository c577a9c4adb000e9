#include "operator/shop/commands/commands.hpp"
#include "operator/shop/spec/names.hpp"
#include "services/kit/json/yaml.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/kit/time/deadline.hpp"

#include <iostream>
#include <thread>

namespace shop {
namespace {

bool established(const kube::Object& crd) {
  const nlohmann::json::json_pointer at("/status/conditions");
  if (!crd.contains(at)) return false;
  for (const auto& each : crd[at])
    if (kube::text_at(each, "/type") == "Established") return kube::text_at(each, "/status") == "True";
  return false;
}

}  // namespace

int crd_apply_command(const Options& options, std::string_view crd_yaml) {
  kit::Metrics metrics;
  kube::Client client(kube::load_config(options.kubeconfig), {}, metrics);
  const auto& type = kube::types::custom_resource_definition;
  for (const auto& wanted : kit::json::parse_yaml(std::string(crd_yaml), "the CRD")) {
    auto crd = client.apply(type, wanted, {manager, true, false, {}});
    const auto deadline = kit::Deadline::in(std::chrono::seconds(30));
    kit::Backoff backoff(std::chrono::milliseconds(50), std::chrono::milliseconds(1000));
    while (!established(crd)) {
      if (deadline.passed())
        throw std::runtime_error("the API server did not take up " + kube::name(wanted) + " in 30 s");
      std::this_thread::sleep_for(std::min(backoff.next(), deadline.left()));
      if (auto now = client.get(type, kube::key(wanted))) crd = *now;
    }
    std::cout << kube::name(wanted) << " is established\n";
  }
  return 0;
}

}  // namespace shop
