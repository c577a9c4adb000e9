#pragma once
#include "services/kit/http/message/message.hpp"
#include "services/order/domain/history.hpp"
#include "services/order/domain/order.hpp"

#include <optional>
#include <vector>

namespace order::api {

/// The user that is shown with an order.
struct ShownUser {
  std::optional<Customer> customer;  ///< nullopt: erased, or unavailable
  bool unavailable = false;          ///< the user service is unreachable
};

/// `history`: null where it is not shown.
kit::http::Response order_answer(const Order& order, const ShownUser& user,
                                 const std::vector<history::Entry>* history = nullptr);

/// The health report with this service's name in it; 503 when it is unavailable.
kit::http::Response health_answer(const nlohmann::json& report);

}  // namespace order::api
