#include "operator/shop/inputs/sources.hpp"

#include "operator/shop/spec/types.hpp"
#include "services/kit/log/log.hpp"

namespace shop {
namespace {

ClusterIssuer read(kube::Api& api) {
  auto configuration = api.raw("/.well-known/openid-configuration");
  auto keys = api.raw("/openid/v1/jwks");
  auto issuer = kube::text_at(configuration, "/issuer");
  if (issuer.empty() || !keys.is_object() || !keys.contains("keys"))
    throw kube::ApiError(0, "Connection", "the API server does not name the issuer of ServiceAccount tokens");
  return {issuer, keys};
}

constexpr auto ask_every = std::chrono::minutes(1);

bool lists(const kube::Object& resources, const std::string& plural) {
  auto list = resources.find("resources");
  if (list == resources.end()) return false;
  for (const auto& each : *list)
    if (kube::text_at(each, "/name") == plural) return true;
  return false;
}

}  // namespace

ReadSecrets read_from(kube::Api& api) {
  return [&api](const kube::Key& shop, const std::set<std::string>& names) {
    std::map<std::string, kube::Object> found;
    for (const auto& name : names)
      if (auto secret = api.get(kube::types::secret, {shop.ns, name}))
        found.emplace(name, std::move(*secret));
    return found;
  };
}

Sources::Sources(kube::Api& api, const kube::Clocks& clocks, ReadSecrets read, WatchedKind watched)
    : secrets(read ? std::move(read) : read_from(api)),
      issuer(api, clocks),
      pod_monitors(api, clocks, pod_monitor_type, std::move(watched)),
      http_routes(api, clocks, http_route_type),
      pg_clusters(api, clocks, pg_cluster_type),
      pg_poolers(api, clocks, pg_pooler_type),
      rabbitmq_clusters(api, clocks, rabbitmq_cluster_type) {}

ClusterIssuer IssuerKeys::get() {
  std::lock_guard guard(lock_);
  const auto now = clocks_.steady();
  if (known_ && now < next_) return *known_;
  try {
    known_ = read(api_);
    next_ = now + std::chrono::minutes(10);
  } catch (const kube::ApiError& error) {
    if (!known_ || error.cancelled()) throw;
    kit::log::warn("the cluster's issuer keys could not be read again", {{"error", error.what()}});
    next_ = now + std::chrono::seconds(10);
  }
  return *known_;
}

bool OptionalKind::available() {
  std::lock_guard guard(lock_);
  const auto now = clocks_.steady();
  if (now < next_) return available_;
  try {
    available_ = lists(api_.raw("/apis/" + type_.api_version()), type_.plural);
  } catch (const kube::ApiError& error) {
    if (error.cancelled()) throw;
    if (!error.transient()) available_ = false;  // else as before
  }
  if (!available_ && watched_.drop) watched_.drop();
  next_ = now + ask_every;
  return available_;
}

std::optional<kube::Object> OptionalKind::get(const kube::Key& key) {
  if (watched_.get)
    if (const auto known = watched_.get(key))
      return *known ? std::optional<kube::Object>(**known) : std::nullopt;
  try {
    auto live = api_.get(type_, key);
    if (live) kube::strip(*live);
    return live;
  } catch (const kube::ApiError& error) {
    if (error.transient()) throw;
    return std::nullopt;  // forbidden; applying one reports that
  }
}

}  // namespace shop
