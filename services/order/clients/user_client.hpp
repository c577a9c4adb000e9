#pragma once
#include "services/kit/http/client/client.hpp"
#include "services/order/domain/order.hpp"

#include <memory>
#include <optional>

namespace order {

/// The user service's internal API. Thread-safe. Throws kit::http::Unreachable, also when an answer is
/// malformed.
class UserClient {
 public:
  explicit UserClient(std::unique_ptr<kit::http::Client> client) : client_(std::move(client)) {}
  /// Returns nullopt when there is no such user.
  std::optional<Customer> find(kit::UserId id, const kit::http::Client::Context& context) const;

 private:
  std::unique_ptr<kit::http::Client> client_;
};

}  // namespace order
