#pragma once
#include "services/contracts/events/user.hpp"
#include "services/notification/content/kinds.hpp"
#include "services/notification/content/template.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

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

/// Of the data of an event of this kind. Leaves out what is missing, null or empty. Throws
/// kit::messaging::Unreadable for malformed data.
Facts facts_of(const Kind& kind, const nlohmann::json& data);

/// When the token in it expires; nullopt when it does not. Throws kit::messaging::Unreadable.
std::optional<std::chrono::sys_seconds> expiry_of(const contracts::UserEvent& user);

}  // namespace notification
