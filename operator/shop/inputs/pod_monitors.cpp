#include "operator/shop/inputs/pod_monitors.hpp"

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

bool PodMonitors::available() {
  std::lock_guard guard(lock_);
  const auto now = clocks_.steady();
  if (now < next_) return available_;
  try {
    available_ = lists(api_.raw("/apis/" + pod_monitor_type.api_version()), pod_monitor_type.plural);
  } catch (const kube::ApiError& error) {
    if (error.cancelled()) throw;
    if (!error.transient()) available_ = false;  // else as before
  }
  next_ = now + ask_every;
  return available_;
}

std::optional<kube::Object> PodMonitors::get(const kube::Key& key) {
  try {
    auto live = api_.get(pod_monitor_type, key);
    if (live) kube::strip(*live);
    return live;
  } catch (const kube::ApiError& error) {
    if (error.transient()) throw;
    return std::nullopt;  // forbidden; applying one reports that
  }
}

}  // namespace shop
