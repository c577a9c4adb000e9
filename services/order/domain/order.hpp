#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/contracts/internal/reservations.hpp"
#include "services/kit/identity/user_id.hpp"
#include "services/kit/money/money.hpp"
#include "services/order/domain/payment.hpp"
#include "services/order/domain/state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace order {

/// Who orders, as the user service knew them when the order was placed.
struct Customer {
  kit::UserId id;
  std::string name;
  std::string email;
};

struct OrderLine {
  std::optional<contracts::ProductId> product;  ///< nullopt until the product service was asked
  std::string name;                             ///< as in the catalog; until then as the client wrote it
  std::int64_t quantity = 1;
  std::optional<kit::Money> unit_price;  ///< since it was reserved
};

/// The same product by id or, where neither has one, by name.
bool same_product(const OrderLine& a, const OrderLine& b);

/// Why an order was rejected or cancelled.
struct Reason {
  std::string code;  ///< "insufficient_stock", "unknown_product", "stock_lost", "payment_declined",
                     ///< "payment_failed", "gave_up", "cancelled_by_customer", "cancelled_by_staff"
  std::vector<contracts::Shortage> missing = {};  ///< with insufficient_stock
};

struct Order {
  contracts::OrderId id;
  State state = State::Pending;
  Customer customer;
  std::vector<OrderLine> lines;
  std::optional<kit::Money> total;  ///< since it was confirmed or is to be paid
  std::optional<Reason> reason;
  bool was_confirmed = false;  ///< placing succeeded, whatever came afterwards
  std::string placed_at;       ///< RFC 3339
  std::string traceparent;     ///< of the request that placed it
  /// Counts how often the order was claimed. A write with an older token changes nothing, so that a replica
  /// whose lease ran out cannot overwrite what its successor did. Column `attempts`.
  int fencing_token = 0;
  bool claimable = false;                 ///< its lease ran out or it is due: any replica may claim it
  bool release_owed = false;              ///< ended, and its reservation is still to be released
  bool money_owed = false;                ///< ended, and its payment is still to be undone
  std::string payment_provider = "none";  ///< none: paid outside the shop
  std::string payment_method = "none";
  std::optional<Payment> payment;      ///< since it was reserved, where a provider is to be paid
  std::optional<kit::Money> refunded;  ///< done or pending; set when `total` is
  std::string carrier;                 ///< with the number: since it was shipped
  std::string tracking_number;
};

/// The lines with product, name and price of what was reserved for them. Throws std::runtime_error when
/// nothing was reserved for a line or the quantities differ: such an order must not be confirmed.
std::vector<OrderLine> priced(const std::vector<OrderLine>& lines,
                              const std::vector<contracts::ReservedLine>& reserved);

/// The sum over priced lines. Throws std::runtime_error when there is no line or one without a price.
kit::Money total_of(const std::vector<OrderLine>& lines);

}  // namespace order
