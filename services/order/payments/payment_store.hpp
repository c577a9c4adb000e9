#pragma once
#include "services/kit/db/database.hpp"
#include "services/order/domain/order.hpp"

#include <optional>
#include <string>
#include <vector>

namespace order {

/// What is written of payments and refunds while they are driven. As with Orders, every write is guarded by
/// Order::attempts and says false when another replica has taken the order up. Thread-safe. Throws
/// kit::db::Unavailable.
class PaymentStore {
 public:
  explicit PaymentStore(kit::db::Database& database) : database_(database) {}

  /// The stock is held: the order is reserved, with the prices of its lines, and has a payment to be made.
  /// Nothing when another has the order.
  std::optional<Payment> reserved(const Order& order, kit::Deadline deadline);
  /// Before the hold is asked for.
  bool authorising(const Order& order, const std::string& reference, kit::Deadline deadline);
  bool in_review(const Order& order, kit::Deadline deadline);
  /// The order is authorised.
  bool authorised(const Order& order, kit::Deadline deadline);
  /// Before the money is asked for.
  bool capturing(const Order& order, kit::Deadline deadline);
  bool declined(const Order& order, kit::Deadline deadline);

  /// The payment of an ended order is no more: nothing is owed for it.
  bool voided(const Order& order, kit::Deadline deadline);
  /// It could not be voided, the money was taken: that is written, and a refund of it all.
  bool captured_late(const Order& order, kit::Deadline deadline);

  std::vector<Refund> pending_refunds(const Order& order, kit::Deadline deadline);
  /// The provider has given it back: with order.refunded, unless order.cancelled has told of it.
  bool refunded(const Order& order, const Refund& refund, const std::string& reference,
                kit::Deadline deadline);
  bool refund_failed(const Order& order, const Refund& refund, const std::string& failure,
                     kit::Deadline deadline);

  /// Something was heard of the payment: the event, once; wakes the order where it waits, and has a payment
  /// undone that came after its order ended. False when the event was known.
  bool heard(const std::string& provider, const std::string& event, const std::string& type,
             const std::string& reference, kit::Deadline deadline);
  /// Forgets some events of more than a month ago; returns how many.
  int forget_events(kit::Deadline deadline);

 private:
  bool guarded(const char* name, const kit::db::Statement& statement, const Order& order,
               kit::Deadline deadline);
  kit::db::Database& database_;
};

/// The columns that `refund_of` reads.
#define SHOPKEEPER_REFUND_COLUMNS                                                                  \
  "id, order_id, amount_minor, currency, cause, reason, state, coalesce(failure, '') as failure, " \
  "lines, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as created_at"
Refund refund_of(const pqxx::row& row);

}  // namespace order
