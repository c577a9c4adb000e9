#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/event.hpp"
#include "services/order/domain/order.hpp"

#include <optional>
#include <vector>

// Events about orders (services/contracts/README.md), with a new id and the present time.
namespace order {

kit::messaging::Event placed_event(const Order& order);
kit::messaging::Event confirmed_event(const Order& order, const std::vector<OrderLine>& lines,
                                      const kit::Money& total);
/// order.rejected or order.cancelled; `refunded`: what the customer gets back.
kit::messaging::Event ended_event(const Order& order, State state, const Reason& reason,
                                  const std::optional<kit::Money>& refunded);
kit::messaging::Event shipped_event(const Order& order);
kit::messaging::Event delivered_event(const Order& order);
/// `refunded_total`: with this one.
kit::messaging::Event refunded_event(const Order& order, const Refund& refund,
                                     const kit::Money& refunded_total);

/// Writes that a refund is done: history, and the event for a refund by staff (order.cancelled names the
/// others).
void record_refunded(kit::db::Transaction& tx, const Order& order, const Refund& refund);

}  // namespace order
