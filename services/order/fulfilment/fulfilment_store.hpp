#pragma once
#include "services/order/domain/refund.hpp"
#include "services/order/store/orders.hpp"

#include <string>
#include <variant>
#include <vector>

namespace order {

/// What people do to orders after they were placed. Each change locks the order's row, takes it from whoever
/// drives it (Order::attempts), and is written with its event and its history; what it makes owed (stock and
/// money to be given back) is driven as everything else is. Thread-safe. Throws kit::db::Unavailable.
class Life {
 public:
  explicit Life(kit::db::Database& database) : database_(database) {}

  /// Cancelled, with stock and money to be given back. Nothing when there is no such order; NotNow when it
  /// has ended or was shipped.
  std::optional<Order> cancel(kit::OrderId id, const std::string& reason, kit::Deadline deadline);

  struct Parcel {
    std::string carrier;
    std::string tracking_number;
  };
  std::optional<Order> ship(kit::OrderId id, const Parcel& parcel, kit::Deadline deadline);
  std::optional<Order> deliver(kit::OrderId id, kit::Deadline deadline);

  struct Made {
    Refund refund;
    bool repeated;  ///< it was made with the key before
  };
  /// A refund, to be driven (or done at once, where no provider has the money). Nothing when there is no such
  /// order. Throws NotNow, Problem 422, KeyReused.
  std::optional<Made> refund(kit::OrderId id, const RefundAsk& ask, kit::UserId by,
                             const std::optional<IdempotencyKey>& key, kit::Deadline deadline);
  std::vector<Refund> refunds(kit::OrderId id, kit::Deadline deadline);
  std::optional<Refund> find_refund(std::int64_t id, kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace order
