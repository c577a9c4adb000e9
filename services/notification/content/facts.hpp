#pragma once
#include "services/notification/content/template.hpp"

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

/// An event's data as readable text: the values that mails may name, and the order's lines.
///
/// Values: order, total, amount, refunded, refunded_total (money), carrier, tracking_number, reason (a
/// sentence for a known code), remark (the reason as given), token, expires.
struct Facts {
  Values values;
  std::vector<Item> items;
};

/// Leaves out what is missing, null or empty. Throws nlohmann::json::exception or std::invalid_argument for
/// malformed data.
Facts facts_of(const nlohmann::json& data);

}  // namespace notification
