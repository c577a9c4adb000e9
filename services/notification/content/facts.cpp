#include "services/notification/content/facts.hpp"

#include "services/contracts/events/order.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <algorithm>

#include <fmt/chrono.h>

namespace notification {
namespace {

using kit::messaging::Unreadable;

constexpr std::size_t MAX_TEXT = 500;
constexpr std::size_t MAX_TOKEN = 512;

/// Sentences for the order service's reason codes.
const Values REASONS{
    {"insufficient_stock", "There is not enough of it in stock."},
    {"unknown_product", "One of the products is no longer sold."},
    {"stock_lost", "It was sold out before your order could be completed."},
    {"payment_declined", "The payment was declined."},
    {"payment_failed", "The payment did not succeed."},
    {"cancelled_by_customer", "It was cancelled as you wished."},
    {"cancelled_by_staff", "The shop has cancelled it."},
    {"gave_up", "It could not be completed in time."},
};

/// "299.99 USD"
std::string text_of(kit::Money money) { return money.decimal() + " " + std::string(money.currency().code()); }

void take_money(const std::optional<kit::Money>& money, const char* as, Values& into) {
  if (money && money->minor() != 0) into[as] = text_of(*money);
}

void take_text(const std::optional<std::string>& text, const char* as, Values& into) {
  if (text && text->size() > MAX_TEXT) throw Unreadable(std::string(as) + " is too long");
  if (text && !text->empty()) into[as] = *text;
}

void take_reason(const std::optional<std::string>& reason, Values& into) {
  take_text(reason, "remark", into);
  const auto given = into.find("remark");
  if (given == into.end()) return;
  if (const auto known = REASONS.find(given->second); known != REASONS.end()) into["reason"] = known->second;
  std::replace(given->second.begin(), given->second.end(), '_', ' ');
}

Item item_of(const contracts::BoughtLine& line) {
  const auto& name = line.name ? line.name : line.former_name;
  if (!name || !line.quantity) throw Unreadable("a line without name or quantity");
  Item item{std::to_string(*line.quantity), *name, {}};
  if (line.unit_price) item.price = text_of(*line.unit_price);
  return item;
}

Facts facts_of(const contracts::OrderEvent& order) {
  Facts facts;
  auto& values = facts.values;
  values["order"] = std::to_string(order.order.value);
  if (order.total) values["total"] = text_of(*order.total);
  take_money(order.amount, "amount", values);
  take_money(order.refunded, "refunded", values);
  take_money(order.refunded_total, "refunded_total", values);
  take_text(order.carrier, "carrier", values);
  take_text(order.tracking_number, "tracking_number", values);
  take_reason(order.reason, values);
  for (const auto& line : order.lines) facts.items.push_back(item_of(line));
  return facts;
}

Facts facts_of(const contracts::UserEvent& user) {
  Facts facts;
  if (user.token) {
    const bool visible =
        std::all_of(user.token->begin(), user.token->end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (user.token->empty() || user.token->size() > MAX_TOKEN || !visible)
      throw Unreadable("a token that cannot be mailed");
    facts.values["token"] = *user.token;
  }
  if (const auto time = expiry_of(user)) {
    const auto utc = fmt::gmtime(std::time_t{time->time_since_epoch().count()});
    facts.values["expires"] = fmt::format("{} {:%B %Y, %H:%M} UTC", utc.tm_mday, utc);
  }
  return facts;
}

}  // namespace

std::optional<std::chrono::sys_seconds> expiry_of(const contracts::UserEvent& user) {
  if (!user.expires_at) return std::nullopt;
  const auto time = kit::parse_rfc3339(*user.expires_at);
  if (!time) throw Unreadable("expires_at is no time");
  return std::chrono::floor<std::chrono::seconds>(*time);
}

Facts facts_of(const Kind& kind, const nlohmann::json& data) {
  return kind.recipient == Kind::Recipient::User ? facts_of(contracts::read<contracts::OrderEvent>(data))
                                                 : facts_of(contracts::read<contracts::UserEvent>(data));
}

}  // namespace notification
