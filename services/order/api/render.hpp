#pragma once
#include "services/kit/http/message/message.hpp"
#include "services/order/domain/history.hpp"
#include "services/order/domain/refund.hpp"

#include <optional>
#include <string>
#include <vector>

// What clients are shown. Pure.
namespace order::api {

/// The answer to POST /orders, a function of how placing stands only, so that repeats get the same one: 201
/// once it is confirmed, 202 while it goes on. Throws Problem when it was refused: 402 for a declined
/// payment, 409 with what is missing, 422 naming `product_field`.
kit::http::Response placement_answer(const Order& order, const std::string& product_field);

/// What is known of the person when an order is shown.
struct Person {
  std::optional<Customer> customer;  ///< nothing: erased, or not to be learned
  bool unavailable = false;          ///< the user service is away
};

/// `happened`: what has happened to it, where that is shown.
kit::http::Response order_answer(const Order& order, const Person& person,
                                 const std::vector<history::Entry>* happened = nullptr);

nlohmann::ordered_json render(const Refund& refund);
/// The answer to a change of an order's state.
kit::http::Response changed_answer(const Order& order);
/// 409 with how the order stands: `state` and, where there is a price, `paid`, `refunded` and `currency`.
kit::Problem problem_of(const NotNow& error);

/// The health report with this service's name in it; 503 when it cannot do its work.
kit::http::Response health_answer(const nlohmann::json& report);

}  // namespace order::api
