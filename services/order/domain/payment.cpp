#include "services/order/domain/payment.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace order {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 8> STATES{"new",       "authorising", "review",   "authorised",
                                                 "capturing", "captured",    "declined", "voided"};
constexpr std::array<std::string_view, 3> CAUSES{"staff", "cancelled", "undone"};

template <class Value, class Names>
Value value_of(const Names& names, std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) throw std::invalid_argument("unknown: " + std::string(text));
  return static_cast<Value>(found - names.begin());
}

}  // namespace

PaymentState parse_payment_state(std::string_view text) { return value_of<PaymentState>(STATES, text); }
std::string_view to_string(RefundCause cause) { return CAUSES.at(static_cast<std::size_t>(cause)); }
RefundCause parse_refund_cause(std::string_view text) { return value_of<RefundCause>(CAUSES, text); }

}  // namespace order
