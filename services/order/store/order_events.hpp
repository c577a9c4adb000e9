#pragma once
#include "services/kit/events/event.hpp"
#include "services/order/domain/order.hpp"

#include <vector>

// The events that tell of orders; services/README.md has their contract. Pure but for the event's id and
// time.
namespace order {

/// Money as services and events write it: {"minor":29999,"currency":"USD"}.
nlohmann::json render(const kit::Money& money);

kit::events::Event placed_event(const Order& order);
kit::events::Event confirmed_event(const Order& order, const std::vector<Line>& lines,
                                   const kit::Money& total);
/// order.rejected or order.cancelled.
kit::events::Event ended_event(const Order& order, State state, const Reason& reason);

}  // namespace order
