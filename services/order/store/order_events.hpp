#pragma once
#include "services/contracts/events/order.hpp"
#include "services/kit/db/database.hpp"
#include "services/order/domain/order.hpp"

#include <string_view>
#include <vector>

// Events about orders (services/contracts/README.md).
namespace order {

/// order.<type> with a new id and the present time: `data` with the order and its customer.
kit::messaging::Event event_of(const Order& order, std::string_view type, contracts::OrderEvent data);
/// Writes it in the transaction of the change.
void write_event(kit::db::Transaction& tx, const Order& order, std::string_view type,
                 contracts::OrderEvent data = {});

/// The order's lines for events before and after its confirmation, which alone has prices.
std::vector<contracts::BoughtLine> unpriced_lines(const Order& order);

/// Writes that a refund is done: history, and the event for a refund by staff (order.cancelled names the
/// others).
void record_refunded(kit::db::Transaction& tx, const Order& order, const Refund& refund);

}  // namespace order
