#pragma once
#include "services/kit/http/client/client.hpp"
#include "services/order/domain/order.hpp"

#include <memory>
#include <optional>

namespace order {

/// The user service, as far as orders need it. Thread-safe. Throws kit::http::Unreachable when it is away or
/// answers what cannot be understood.
class Users {
 public:
  explicit Users(std::unique_ptr<kit::http::Client> client) : client_(std::move(client)) {}
  std::optional<Customer> find(kit::UserId id, const kit::http::Client::Context& context);

 private:
  std::unique_ptr<kit::http::Client> client_;
};

}  // namespace order
