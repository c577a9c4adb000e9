#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/kit/money/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace order {

/// States of an order's payment; migrations/002_payments.sql says what each means.
enum class PaymentState { New, Authorising, Review, Authorised, Capturing, Captured, Declined, Voided };
/// Throws std::invalid_argument for any other text.
PaymentState parse_payment_state(std::string_view text);

/// An order's payment at a provider.
struct Payment {
  std::string key;  ///< prefix of its idempotency keys at the provider
  PaymentState state = PaymentState::New;
  kit::Money amount;
  std::string reference;  ///< the provider's id of it; empty until it was opened
  kit::Money captured;
};

/// Why money is refunded.
enum class RefundCause {
  Staff,      ///< requested by staff, in whole or in part
  Cancelled,  ///< with the order
  Undone,     ///< it was captured although the order had ended
};
std::string_view to_string(RefundCause cause);
RefundCause parse_refund_cause(std::string_view text);

/// A quantity of one product that a refund is for.
struct RefundLine {
  contracts::ProductId product;
  std::int64_t quantity = 1;
};

struct Refund {
  std::int64_t id = 0;
  contracts::OrderId order;
  kit::Money amount;
  RefundCause cause = RefundCause::Staff;
  std::string reason;
  std::string state;              ///< "pending", "done", "failed"
  std::string failure;            ///< with failed: the provider's code
  std::vector<RefundLine> lines;  ///< empty unless it is for certain products
  std::string created_at;         ///< RFC 3339
};

}  // namespace order
