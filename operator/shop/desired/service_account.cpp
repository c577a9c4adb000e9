#include "operator/shop/desired/parts.hpp"

namespace shop::desired {

DesiredObject service_account(const Inputs& in, Service service) {
  auto result = object(in, kube::types::service_account, in.names.service(service), to_string(service));
  // No pod of the shop uses the API server; the token for the other services is projected.
  result["automountServiceAccountToken"] = false;
  return {kube::types::service_account, std::move(result)};
}

}  // namespace shop::desired
