#include "services/notification/content/facts.hpp"

#include "services/kit/money/money.hpp"
#include "services/kit/time/rfc3339.hpp"
#include "services/notification/content/readable_time.hpp"

#include <algorithm>
#include <stdexcept>

namespace notification {
namespace {

using nlohmann::json;

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

const json* find(const json& data, const char* name) {
  const auto found = data.find(name);
  return found == data.end() || found->is_null() ? nullptr : &*found;
}

/// {"minor":29999,"currency":"USD"} as "299.99 USD"
std::string amount(const json& money) {
  const auto currency = kit::Currency::parse(money.at("currency").get<std::string>());
  if (!currency) throw std::invalid_argument("a currency that is not known");
  return kit::Money(money.at("minor").get<std::int64_t>(), *currency).decimal() + " " +
         std::string(currency->code());
}

void take_money(const json& data, const char* name, Values& into) {
  const auto* money = find(data, name);
  if (money && money->at("minor").get<std::int64_t>() != 0) into[name] = amount(*money);
}

void take_text(const json& data, const char* name, const char* as, Values& into) {
  const auto* found = find(data, name);
  if (!found) return;
  auto text = found->get<std::string>();
  if (text.size() > MAX_TEXT) throw std::invalid_argument(std::string(name) + " is too long");
  if (!text.empty()) into[as] = std::move(text);
}

void take_reason(const json& data, Values& into) {
  take_text(data, "reason", "remark", into);
  const auto given = into.find("remark");
  if (given == into.end()) return;
  if (const auto known = REASONS.find(given->second); known != REASONS.end()) into["reason"] = known->second;
  std::replace(given->second.begin(), given->second.end(), '_', ' ');
}

void take_token(const json& data, Values& into) {
  if (const auto* found = find(data, "token")) {
    const auto token = found->get<std::string>();
    const bool visible = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (token.empty() || token.size() > MAX_TOKEN || !visible)
      throw std::invalid_argument("a token that cannot be mailed");
    into["token"] = token;
  }
  if (const auto* found = find(data, "expires_at")) {
    const auto time = kit::parse_rfc3339(found->get<std::string>());
    if (!time) throw std::invalid_argument("expires_at is no time");
    into["expires"] = readable_time(std::chrono::floor<std::chrono::seconds>(*time));
  }
}

std::vector<Item> read_items(const json& data) {
  std::vector<Item> out;
  const auto* lines = find(data, "lines");
  if (!lines) return out;
  if (!lines->is_array()) throw std::invalid_argument("lines are no array");
  for (const auto& line : *lines) {
    const auto* name = find(line, "name");
    Item item{std::to_string(line.at("quantity").get<std::int64_t>()),
              (name ? *name : line.at("product")).get<std::string>(),
              {}};
    if (const auto* price = find(line, "unit_price")) item.price = amount(*price);
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace

Facts facts_of(const json& data) {
  if (!data.is_object()) throw std::invalid_argument("the data is no object");
  Facts facts;
  if (const auto* order = find(data, "order_id"))
    facts.values["order"] = std::to_string(order->get<std::int64_t>());
  for (const char* name : {"amount", "refunded", "refunded_total"}) take_money(data, name, facts.values);
  if (const auto* total = find(data, "total")) facts.values["total"] = amount(*total);
  for (const char* name : {"carrier", "tracking_number"}) take_text(data, name, name, facts.values);
  take_reason(data, facts.values);
  take_token(data, facts.values);
  facts.items = read_items(data);
  return facts;
}

}  // namespace notification
