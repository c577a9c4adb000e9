#include "operator/shop/commands/commands.hpp"
#include "operator/shop/spec/crd.hpp"
#include "operator/shop/spec/names.hpp"
#include "services/kit/json/yaml.hpp"
#include "services/kit/time/backoff.hpp"

#include <iostream>
#include <thread>

namespace shop {

int crd_apply_command(const Options& options) {
  const kube::Clocks clocks;
  kit::Metrics metrics;
  kube::Client client(kube::load_config(options.kubeconfig), {}, metrics);
  const auto& type = kube::types::custom_resource_definition;
  for (const auto& desired : kit::json::parse_yaml(std::string(crd_files.at(0).text), "the CRD")) {
    auto crd = client.apply(type, desired, {.manager = manager});
    const auto until = clocks.steady() + std::chrono::seconds(30);
    kit::Backoff backoff(std::chrono::milliseconds(50), std::chrono::milliseconds(1000));
    while (!kube::has_condition(crd, "Established")) {
      if (clocks.steady() >= until)
        throw std::runtime_error("the API server did not take up " + kube::name(desired) + " in 30 s");
      std::this_thread::sleep_for(backoff.next());
      if (auto now = client.get(type, kube::key(desired))) crd = *now;
    }
    std::cout << kube::name(desired) << " is established\n";
  }
  return 0;
}

}  // namespace shop
