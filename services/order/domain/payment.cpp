#include "services/order/domain/payment.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace order {
namespace {

constexpr std::array<std::pair<PaymentState, std::string_view>, 8> STATES{
    {{PaymentState::New, "new"},
     {PaymentState::Authorising, "authorising"},
     {PaymentState::Review, "review"},
     {PaymentState::Authorised, "authorised"},
     {PaymentState::Capturing, "capturing"},
     {PaymentState::Captured, "captured"},
     {PaymentState::Declined, "declined"},
     {PaymentState::Voided, "voided"}}};

constexpr std::array<std::pair<RefundCause, std::string_view>, 3> CAUSES{
    {{RefundCause::Staff, "staff"}, {RefundCause::Cancelled, "cancelled"}, {RefundCause::Undone, "undone"}}};

template <class Names, class Value>
std::string_view name_of(const Names& names, Value value) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == value; });
  if (found == names.end()) throw std::invalid_argument("no such value");
  return found->second;
}

template <class Names>
auto value_of(const Names& names, std::string_view text) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.second == text; });
  if (found == names.end()) throw std::invalid_argument("unknown: " + std::string(text));
  return found->first;
}

}  // namespace

std::string_view to_string(PaymentState state) { return name_of(STATES, state); }
PaymentState parse_payment_state(std::string_view text) { return value_of(STATES, text); }
std::string_view to_string(RefundCause cause) { return name_of(CAUSES, cause); }
RefundCause parse_refund_cause(std::string_view text) { return value_of(CAUSES, text); }

}  // namespace order
