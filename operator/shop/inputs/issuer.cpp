#include "operator/shop/inputs/issuer.hpp"

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

}  // namespace

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

}  // namespace shop
