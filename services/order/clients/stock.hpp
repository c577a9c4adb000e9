#pragma once
#include "services/kit/http/client/client.hpp"
#include "services/order/domain/placement.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace order {

/// The product service, as far as orders need it. Every call may be repeated without harm. Thread-safe.
/// Throws kit::http::Unreachable when it is away or answers what cannot be understood.
class Stock {
 public:
  explicit Stock(std::unique_ptr<kit::http::Client> client) : client_(std::move(client)) {}

  /// What each wish is, nothing for those that the catalog does not have. Ids are asked for together.
  std::vector<std::optional<Found>> find(const std::vector<Wish>& wishes,
                                         const kit::http::Client::Context& context);

  using Held = std::variant<std::vector<HeldLine>, Reason>;
  /// Holds all that the order names, or says why not.
  Held reserve(const Order& order, const kit::http::Client::Context& context);
  /// The same, sold at once. Nothing when the product service is of a version that cannot, as while a shop is
  /// upgraded: then reserve and confirm do it.
  std::optional<Held> sell(const Order& order, const kit::http::Client::Context& context);
  /// Turns the hold into a sale; why not, when it expired and the stock is gone.
  std::optional<Reason> confirm(kit::OrderId order, const kit::http::Client::Context& context);
  void release(kit::OrderId order, const kit::http::Client::Context& context);

 private:
  std::optional<Found> find(const std::string& name, const kit::http::Client::Context& context);
  Held held_of(const kit::http::Response& response) const;
  std::map<kit::ProductId, Found> find(const std::vector<kit::ProductId>& ids,
                                       const kit::http::Client::Context& context);

  std::unique_ptr<kit::http::Client> client_;
};

}  // namespace order
