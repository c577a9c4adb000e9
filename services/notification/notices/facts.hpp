#pragma once
#include "services/notification/notices/template.hpp"

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace notification {

/// A line of an order.
struct Item {
  std::string quantity;
  std::string product;
  std::optional<std::string> price;  ///< of one
};

/// What an event's data says, ready for people: the values that mails may name, and the order's lines.
///
/// order, total, amount, refunded, refunded_total (money), carrier, tracking_number, reason (of a code that
/// is known, as a sentence), remark (the reason as given), token, expires.
struct Facts {
  Values values;
  std::vector<Item> items;
};

/// What is not there, null or empty is left out. Throws nlohmann::json::exception or std::invalid_argument
/// for what is there and wrong.
Facts facts_of(const nlohmann::json& data);

}  // namespace notification
