#pragma once
#include "services/order/domain/order.hpp"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace order {

/// What staff requests by POST /api/orders/{id}/refunds: an amount, or quantities of some products at the
/// price paid for them, or, with neither, all that is left.
struct RefundRequest {
  nlohmann::json amount;  ///< a decimal number, or null
  std::vector<RefundLine> lines;
  std::string reason;
};

/// The same text for requests that mean the same.
std::string canonical(const RefundRequest& request);
/// [{"product_id","quantity"}]; null without lines.
nlohmann::json to_json(const std::vector<RefundLine>& lines);

/// What the customer has paid.
kit::Money paid_for(const Order& order, kit::Currency currency);

/// All that was paid has been refunded, or is about to be. False for an order that cost nothing.
bool refunded_in_full(const Order& order);

/// The state that the event leads to. Throws StateConflict with `title` when it is not allowed now; an order
/// that was refunded in full cannot be shipped.
State next_state(const Order& order, StateEvent event, const char* title);

/// The amount to be refunded; `earlier` are the refunds in `order.refunded`. Throws InvalidField for what the
/// order does not have, StateConflict when it is more than is left.
kit::Money refund_amount(const RefundRequest& request, const Order& order,
                         const std::vector<Refund>& earlier);

}  // namespace order
