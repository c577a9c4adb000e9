#pragma once
#include "services/kit/db/database.hpp"
#include "services/order/domain/order.hpp"

#include <optional>
#include <string>
#include <vector>

namespace order {

/// Payments and refunds while they are driven. As in OrderStore, every write is guarded by
/// Order::fencing_token and returns false when another replica has claimed the order. Thread-safe. Throws
/// kit::db::Unavailable.
class PaymentStore {
 public:
  explicit PaymentStore(kit::db::Database& database) : database_(database) {}

  /// The order is reserved, with the prices of its lines, and has a new payment. Returns nullopt when another
  /// replica has claimed the order.
  std::optional<Payment> reserved(const Order& order, kit::Deadline deadline);
  /// Written before the authorisation is requested.
  bool authorising(const Order& order, const std::string& reference, kit::Deadline deadline);
  bool in_review(const Order& order, kit::Deadline deadline);
  /// The order is authorised, too.
  bool authorised(const Order& order, kit::Deadline deadline);
  /// Written before the capture is requested.
  bool capturing(const Order& order, kit::Deadline deadline);
  bool declined(const Order& order, kit::Deadline deadline);

  /// The payment of an ended order was voided: nothing is owed for it.
  bool voided(const Order& order, kit::Deadline deadline);
  /// It could not be voided, since it was captured: writes that, and a refund of all of it.
  bool captured_late(const Order& order, kit::Deadline deadline);

  std::vector<Refund> pending_refunds(const Order& order, kit::Deadline deadline);
  /// The provider has refunded it: with order.refunded, unless order.cancelled has named it.
  bool refunded(const Order& order, const Refund& refund, const std::string& reference,
                kit::Deadline deadline);
  bool refund_failed(const Order& order, const Refund& refund, const std::string& failure,
                     kit::Deadline deadline);

  /// An event of the provider about a payment. Makes a waiting order due at once, and has a payment undone
  /// that succeeded after its order ended. Returns false when the event was received before.
  bool event_received(const std::string& provider, const std::string& event, const std::string& type,
                      const std::string& reference, kit::Deadline deadline);
  /// Deletes some events older than a month; returns how many.
  int forget_events(kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

/// The columns that `refund_of` reads.
#define SHOPKEEPER_REFUND_COLUMNS                                                                  \
  "id, order_id, amount_minor, currency, cause, reason, state, coalesce(failure, '') as failure, " \
  "lines, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as created_at"
Refund refund_of(const pqxx::row& row);

}  // namespace order
