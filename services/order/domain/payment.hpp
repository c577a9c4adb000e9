#pragma once
#include "services/kit/ids.hpp"
#include "services/kit/money/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace order {

/// What is known of an order's payment; see migrations/002_payments.sql for what each state says.
enum class PaymentState { New, Authorising, Review, Authorised, Capturing, Captured, Declined, Voided };
std::string_view to_string(PaymentState state);
/// Throws std::invalid_argument for none of them.
PaymentState parse_payment_state(std::string_view text);

/// An order's payment at a provider.
struct Payment {
  std::string key;  ///< what its idempotency keys begin with
  PaymentState state = PaymentState::New;
  kit::Money amount;
  std::string reference;  ///< what the provider calls it; empty until it was opened
  kit::Money captured;
};

/// Why money is given back.
enum class RefundCause {
  Staff,      ///< asked for, in whole or in part
  Cancelled,  ///< with the order
  Undone,     ///< it was captured for an order that came to nothing
};
std::string_view to_string(RefundCause cause);
RefundCause parse_refund_cause(std::string_view text);

struct Refund {
  std::int64_t id = 0;
  kit::OrderId order;
  kit::Money amount;
  RefundCause cause = RefundCause::Staff;
  std::string reason;
  std::string state;       ///< "pending", "done", "failed"
  std::string failure;     ///< with failed: the provider's word
  nlohmann::json lines;    ///< null, or [{"product_id","quantity"}]
  std::string created_at;  ///< RFC 3339
};

}  // namespace order
