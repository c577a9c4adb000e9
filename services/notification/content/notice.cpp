#include "services/notification/content/notice.hpp"

#include "services/contracts/events/order.hpp"
#include "services/notification/content/letter.hpp"

namespace notification {
namespace {

using contracts::Buyer;
using contracts::OrderEvent;
using contracts::UserEvent;
using kit::messaging::Unreadable;

// Recipients; nullopt for well-formed data that asks for no mail all the same.
std::optional<Buyer> recipient_of(const Kind& kind, const UserEvent& user) {
  // Guests are not welcomed.
  if (kind.type == "user.registered" && user.kind != "account") return std::nullopt;
  return Buyer{user_of(user), user.name, user.email};
}

std::optional<Buyer> recipient_of(const Kind& kind, const OrderEvent& order) {
  const bool ended = kind.type == "order.rejected" || kind.type == "order.cancelled";
  // Before 0.2 these did not name the customer.
  if (ended && !order.user && order.user_id) return std::nullopt;
  if (!order.user) throw Unreadable("user is missing");
  // Orders of erased customers continue without name and address.
  return order.user->email == "" ? std::nullopt : order.user;
}

void check_required(const Kind& kind, const Facts& facts) {
  for (const auto name : kind.required) {
    const bool there = name == "lines" ? !facts.items.empty() : facts.values.contains(name);
    if (!there) throw Unreadable(std::string(kind.type) + " lacks " + std::string(name));
  }
}

}  // namespace

std::optional<Notice> notice_of(const kit::messaging::Event& event) {
  const auto* kind = find_kind(event.type);
  if (!kind) return std::nullopt;
  std::optional<Buyer> to;
  std::optional<std::chrono::sys_seconds> expires;
  if (kind->recipient == Kind::Recipient::User) {
    to = recipient_of(*kind, contracts::read<OrderEvent>(event.data));
  } else {
    const auto user = contracts::read<UserEvent>(event.data);
    to = recipient_of(*kind, user);
    expires = expiry_of(user);
  }
  if (!to) return std::nullopt;
  Notice notice{event.type, {to->name.value_or(""), to->email.value_or("")}, event.data, to->id, expires};
  if (!valid_email(notice.to.email)) throw Unreadable(notice.kind + " has no e-mail address");
  for (const char* name : {"user", "user_id", "name", "email"}) notice.data.erase(name);
  compose(notice, {});  // finds data that no mail can be composed of
  return notice;
}

Mail compose(const Notice& notice, const std::string& public_url) {
  const auto* kind = find_kind(notice.kind);
  if (!kind) throw Unreadable("no mail of the kind " + notice.kind);
  const auto facts = facts_of(*kind, notice.data);
  check_required(*kind, facts);
  return write_letter(*kind, notice.to, facts, public_url);
}

}  // namespace notification
