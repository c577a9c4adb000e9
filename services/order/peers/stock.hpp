#pragma once
#include "services/kit/http/client.hpp"
#include "services/order/domain/order.hpp"

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

  struct Product {
    kit::ProductId id;
    std::string name;  ///< as the catalog writes it
  };
  /// By its exact name, whatever the case.
  std::optional<Product> find(const std::string& name, const kit::http::Client::Context& context);

  /// Holds all that the order names, or says why not.
  std::variant<std::vector<HeldLine>, Reason> reserve(const Order& order,
                                                      const kit::http::Client::Context& context);
  /// Turns the hold into a sale; why not, when it expired and the stock is gone.
  std::optional<Reason> confirm(kit::OrderId order, const kit::http::Client::Context& context);
  void release(kit::OrderId order, const kit::http::Client::Context& context);

 private:
  std::unique_ptr<kit::http::Client> client_;
};

}  // namespace order
