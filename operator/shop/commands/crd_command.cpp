#include "operator/shop/commands/commands.hpp"
#include "operator/shop/commands/stored_versions.hpp"
#include "operator/shop/spec/crd.hpp"
#include "operator/shop/spec/names.hpp"
#include "services/kit/json/yaml.hpp"
#include "services/kit/time/backoff.hpp"

#include <iostream>
#include <thread>

namespace shop {
namespace {

/// Whether the API server serves the CRD and stores its objects in its storage version.
bool established(kube::Client& client, const kube::Object& crd) {
  if (!kube::has_condition(crd, "Established")) return false;
  try {
    return stores_in_storage_version(
        crd, client.raw("/apis/" + kube::text_at(crd, "/spec/group") + "/" + storage_version(crd)));
  } catch (const kube::ApiError& error) {
    if (error.not_found()) return false;  // not published yet
    throw;
  }
}

}  // namespace

int crd_apply_command(const Options& options) {
  const kube::Clocks clocks;
  kit::Metrics metrics;
  kube::Client client(kube::load_config(options.kubeconfig), {}, metrics);
  const auto& type = kube::types::custom_resource_definition;
  const auto text = options.file.empty() ? std::string(crd_files.at(0).text) : kube::read_file(options.file);
  for (const auto& desired : kit::json::parse_yaml(text, options.file.empty() ? "the CRD" : options.file)) {
    auto crd = client.apply(type, desired, {.manager = manager});
    const auto until = clocks.steady() + std::chrono::seconds(30);
    kit::Backoff backoff(std::chrono::milliseconds(50), std::chrono::milliseconds(1000));
    while (!established(client, crd)) {
      if (clocks.steady() >= until)
        throw std::runtime_error("the API server did not take up " + kube::name(desired) + " in 30 s");
      std::this_thread::sleep_for(backoff.next());
      if (auto now = client.get(type, kube::key(desired))) crd = *now;
    }
    std::cout << kube::name(desired) << " is established\n";
    if (const int rewritten = migrate_stored_versions(client, crd); rewritten > 0)
      std::cout << rewritten << " objects are now stored as " << storage_version(crd) << "\n";
  }
  return 0;
}

}  // namespace shop
