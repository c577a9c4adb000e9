#pragma once
#include "services/kit/http/client/client.hpp"
#include "services/order/domain/cart.hpp"

#include <memory>
#include <vector>

namespace order {

/// The product service, as far as carts need it. Thread-safe. Throws kit::http::Unreachable when it is away
/// or answers what cannot be understood.
class Catalog {
 public:
  explicit Catalog(std::unique_ptr<kit::http::Client> client) : client_(std::move(client)) {}

  /// Those that there are, retired ones too.
  Offers find(const std::vector<kit::ProductId>& products, const kit::http::Client::Context& context);

 private:
  std::unique_ptr<kit::http::Client> client_;
};

}  // namespace order
