#pragma once
#include "services/kit/http/message/message.hpp"
#include "services/order/domain/refund.hpp"

#include <nlohmann/json.hpp>

namespace order::api {

/// The body of POST /api/orders/{id}/refunds. Throws Problem 422 that names every wrong field.
RefundRequest read_refund(const nlohmann::json& body);

nlohmann::ordered_json render(const Refund& refund);
/// The answer to a change of an order's state.
kit::http::Response changed_answer(const Order& order);

}  // namespace order::api
