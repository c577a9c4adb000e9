#pragma once
#include "services/kit/ids.hpp"
#include "services/kit/money/money.hpp"
#include "services/order/domain/payment.hpp"
#include "services/order/domain/state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace order {

/// Who orders, as the user service knew them when the order was placed.
struct Customer {
  kit::UserId id;
  std::string name;
  std::string email;
};

struct Line {
  std::optional<kit::ProductId> product;  ///< nothing while the product service has not been asked yet
  std::string name;                       ///< as the catalog writes it; until then as the client did
  std::int64_t quantity = 1;
  std::optional<kit::Money> unit_price;  ///< since it was reserved
};

/// The same product by id or, where neither has one, by name.
bool same_product(const Line& a, const Line& b);

/// Why an order was rejected or cancelled.
struct Reason {
  std::string code;  ///< "insufficient_stock", "unknown_product", "stock_lost", "payment_declined",
                     ///< "payment_failed", "gave_up", "cancelled_by_customer", "cancelled_by_staff"
  nlohmann::json
      missing;  ///< with insufficient_stock and stock_lost: what there was too little of, else null
};

struct Order {
  kit::OrderId id;
  State state = State::Pending;
  Customer customer;
  std::vector<Line> lines;
  std::optional<kit::Money> total;  ///< since it was confirmed or is to be paid
  std::optional<Reason> reason;
  bool was_confirmed = false;  ///< placing succeeded, whatever came afterwards
  std::string placed_at;       ///< RFC 3339
  std::string traceparent;     ///< of the request that placed it
  int attempts = 0;            ///< our right to write: lost when somebody took the order up after us
  bool left_over = false;      ///< its time has come, and nobody has taken it up yet
  bool release_owed = false;   ///< ended, and its reservation still to be given back
  bool money_owed = false;     ///< ended, and its payment still to be undone
  std::string payment_provider = "none";  ///< none: paid outside the shop
  std::string payment_method = "none";
  std::optional<Payment> payment;      ///< since it was reserved, where a provider is to be paid
  std::optional<kit::Money> refunded;  ///< or under way; there where there is a total
  std::string carrier;                 ///< with the number: since it was shipped
  std::string tracking_number;
};

/// An order to be written.
struct NewOrder {
  Customer customer;
  std::vector<Line> lines;
  std::string traceparent;
  std::string payment_provider = "none";
  std::string payment_method = "none";
};

/// A line as the product service holds it.
struct HeldLine {
  kit::ProductId product;
  std::string name;
  std::int64_t quantity = 0;
  kit::Money unit_price;
};

/// The order's lines with product, name and price of what is held for them. Throws std::runtime_error when a
/// line has none, or the quantities do not add up: such an order must not be confirmed.
std::vector<Line> priced(const std::vector<Line>& lines, const std::vector<HeldLine>& held);

/// Of lines that have prices. Throws std::runtime_error for no lines or one without a price.
kit::Money total_of(const std::vector<Line>& lines);

}  // namespace order
