#include "operator/shop/inputs/monitoring.hpp"

#include "operator/shop/spec/types.hpp"

namespace shop {
namespace {

constexpr auto ask_every = std::chrono::minutes(1);

bool lists(const kube::Object& resources, const std::string& plural) {
  auto list = resources.find("resources");
  if (list == resources.end()) return false;
  for (const auto& each : *list)
    if (kube::text_at(each, "/name") == plural) return true;
  return false;
}

}  // namespace

bool PodMonitors::known() {
  std::lock_guard guard(lock_);
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return known_;
  try {
    known_ = lists(api_.raw("/apis/" + pod_monitor_type.api_version()), pod_monitor_type.plural);
  } catch (const kube::ApiError& error) {
    if (error.cancelled()) throw;
    if (!error.transient()) known_ = false;  // else as before
  }
  next_ = now + ask_every;
  return known_;
}

void PodMonitors::look(Inputs& in, Observed& observed) {
  in.pod_monitors = known();
  if (!in.pod_monitors) return;
  try {
    auto live = api_.get(pod_monitor_type, {in.space, in.names.shop});
    if (!live) return;
    kube::strip(*live);
    observed.add(std::make_shared<const kube::Object>(std::move(*live)));
  } catch (const kube::ApiError& error) {
    if (error.transient()) throw;
    // Not ours to see. Where one is wanted, applying it tells.
  }
}

}  // namespace shop
