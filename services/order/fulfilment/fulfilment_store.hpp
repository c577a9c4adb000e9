#pragma once
#include "services/order/domain/refund.hpp"
#include "services/order/store/order_store.hpp"

#include <string>
#include <vector>

namespace order {

/// Changes of orders by customers and staff after they were placed. Each locks the order's row, takes it from
/// whichever replica drives it (Order::fencing_token), and is written with its event and its history; the
/// stock and money that are owed from then on are settled by the saga. Each throws OrderNotFound, and
/// StateConflict when the order's state does not allow the change. Thread-safe. Throws kit::db::Unavailable.
class FulfilmentStore {
 public:
  explicit FulfilmentStore(kit::db::Database& database) : database_(database) {}

  /// Cancelled, with stock and money to be given back.
  Order cancel(contracts::OrderId id, const std::string& reason, kit::Deadline deadline);

  struct Parcel {
    std::string carrier;
    std::string tracking_number;
  };
  Order ship(contracts::OrderId id, const Parcel& parcel, kit::Deadline deadline);
  Order deliver(contracts::OrderId id, kit::Deadline deadline);

  struct CreatedRefund {
    Refund refund;
    bool repeated;  ///< an earlier request with the key created it
  };
  /// A refund that the saga executes; done at once where no provider has the money. Throws InvalidField and
  /// KeyReused, too.
  CreatedRefund refund(contracts::OrderId id, const RefundRequest& request, kit::UserId by,
                       const std::optional<IdempotencyKey>& key, kit::Deadline deadline);
  std::vector<Refund> refunds(contracts::OrderId id, kit::Deadline deadline);
  /// There is such a refund.
  Refund find_refund(std::int64_t id, kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace order
