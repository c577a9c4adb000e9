#pragma once
#include "services/contracts/internal/products.hpp"
#include "services/contracts/internal/reservations.hpp"
#include "services/kit/http/client/client.hpp"
#include "services/order/domain/cart.hpp"
#include "services/order/domain/placement.hpp"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace order {

/// The product service's internal API. Every call is idempotent. Thread-safe. Throws kit::http::Unreachable,
/// also when an answer is malformed: retrying later is right in both cases.
class ProductClient {
 public:
  using Context = kit::http::Client::Context;

  explicit ProductClient(std::unique_ptr<kit::http::Client> client) : client_(std::move(client)) {}

  /// Retired products included.
  Offers find(const std::vector<contracts::ProductId>& products, const Context& context) const;
  /// One for each requested line, nullopt where the catalog has none. Ids are looked up together.
  std::vector<std::optional<contracts::Offer>> find(const std::vector<PlacementLine>& requested,
                                                    const Context& context) const;

  using Reserved = std::variant<std::vector<contracts::ReservedLine>, Reason>;
  /// Reserves all lines of the order, or returns why not.
  Reserved reserve(const Order& order, const Context& context) const;
  /// The same, confirmed at once. Returns nullopt when the product service is of an older version without
  /// sales, as during an upgrade: then reserve and confirm do it.
  std::optional<Reserved> sell(const Order& order, const Context& context) const;
  /// Turns the reservation into a sale. Returns why not when it expired and the stock is gone.
  std::optional<Reason> confirm(contracts::OrderId order, const Context& context) const;
  void release(contracts::OrderId order, const Context& context) const;

 private:
  std::unique_ptr<kit::http::Client> client_;
};

}  // namespace order
