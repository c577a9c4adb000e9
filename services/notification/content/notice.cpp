#include "services/notification/content/notice.hpp"

#include "services/kit/time/rfc3339.hpp"
#include "services/notification/content/letter.hpp"

#include <stdexcept>

namespace notification {
namespace {

using nlohmann::json;

/// Well-formed data that asks for no mail all the same.
bool has_no_recipient(const Kind& kind, const json& data) {
  // Guests are not welcomed.
  if (kind.type == "user.registered") return data.value("kind", "guest") != "account";
  // Before 0.2 these did not name the customer.
  if (kind.type == "order.rejected" || kind.type == "order.cancelled")
    if (!data.contains("user") && data.contains("user_id")) return true;
  // Orders of erased customers continue without name and address.
  return kind.recipient == Kind::Recipient::User && data.at("user").value("email", "?").empty();
}

std::string name_of(const json& recipient) {
  const auto found = recipient.find("name");
  return found == recipient.end() || found->is_null() ? "" : found->get<std::string>();
}

std::optional<std::int64_t> id_of(const json& recipient, const char* name) {
  const auto found = recipient.find(name);
  if (found == recipient.end() || found->is_null()) return std::nullopt;
  return found->get<std::int64_t>();
}

void check_required(const Kind& kind, const Facts& facts) {
  for (const auto name : kind.required) {
    const bool there = name == "lines" ? !facts.items.empty() : facts.values.contains(name);
    if (!there) throw std::invalid_argument(std::string(kind.type) + " lacks " + std::string(name));
  }
}

Notice read_notice(const Kind& kind, const json& data) {
  const bool self = kind.recipient == Kind::Recipient::Self;
  const auto& recipient = self ? data : data.at("user");
  Notice notice{std::string(kind.type),
                {name_of(recipient), recipient.at("email").get<std::string>()},
                data,
                id_of(recipient, self ? "user_id" : "id")};
  if (!valid_email(notice.to.email)) throw std::invalid_argument(notice.kind + " has no e-mail address");
  if (const auto expires = data.find("expires_at"); expires != data.end() && !expires->is_null()) {
    const auto time = kit::parse_rfc3339(expires->get<std::string>());
    if (!time) throw std::invalid_argument(notice.kind + " has an expires_at that is no time");
    notice.expires = std::chrono::floor<std::chrono::seconds>(*time);
  }
  for (const char* name : {"user", "user_id", "name", "email"}) notice.data.erase(name);
  return notice;
}

}  // namespace

std::vector<std::string> mailed_types() {
  std::vector<std::string> types;
  for (const auto& kind : kinds()) types.emplace_back(kind.type);
  return types;
}

std::optional<Notice> notice_of(const kit::messaging::Event& event) {
  const auto* kind = find_kind(event.type);
  if (!kind) return std::nullopt;
  try {
    if (!event.data.is_object()) throw std::invalid_argument(event.type + " has no data");
    if (has_no_recipient(*kind, event.data)) return std::nullopt;
    auto notice = read_notice(*kind, event.data);
    compose(notice, {});  // finds data that no mail can be composed of
    return notice;
  } catch (const json::exception& e) {
    throw std::invalid_argument(event.type + " lacks required data: " + e.what());
  }
}

bool secret(const json& data) { return data.is_object() && data.contains("token"); }

json without_secret(json data) {
  if (secret(data)) data.erase("token");
  return data;
}

Mail compose(const Notice& notice, const std::string& public_url) {
  const auto* kind = find_kind(notice.kind);
  if (!kind) throw std::invalid_argument("no mail of the kind " + notice.kind);
  const auto facts = facts_of(notice.data);
  check_required(*kind, facts);
  return write_letter(*kind, notice.to, facts, public_url);
}

}  // namespace notification
