#include "services/notification/notices/resend_store.hpp"

#include "services/kit/trace/trace.hpp"
#include "services/notification/recipients/recipient_store.hpp"

namespace notification::store {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

// Of all the times that this mail is sent, the first one is locked: so one resend is decided after the other.
constexpr Statement FIRST{"resend_first", R"(
  select first.id, first.user_id from notifications as given
    join notifications as first on first.id = coalesce(given.resend_of, given.id)
  where given.id = $1)"};

constexpr Statement LOCK{"resend_lock", R"(
  select status, erased_at is not null as erased,
         expires_at is not null or kind in ('user.verification_requested', 'user.password_reset_requested') as secret
  from notifications where id = $1 for update)"};

constexpr Statement BY_KEY{"resend_by_key",
                           "select " NOTIFICATION_RECORD " from notifications where resend_key = $1"};

constexpr Statement WAITING{"resend_waiting", R"(
  select status from notifications
  where (id = $1 or resend_of = $1) and status in ('pending', 'sending') limit 1)"};

constexpr Statement INSERT{"resend_insert", R"(
  insert into notifications (event_id, kind, about, recipient_name, recipient_email, data, traceparent, status,
                             user_id, resend_of, resend_key)
  select $2, kind, about, recipient_name, recipient_email, data, $3, 'pending', user_id, id, $4
  from notifications where id = $1
  on conflict (resend_key) do nothing
  returning )" NOTIFICATION_RECORD};

/// Why this mail cannot be sent again now, and the status that says so.
std::optional<Resends::Refused> refusal(Transaction& tx, std::int64_t first, const pqxx::row& row,
                                        bool erased, bool sending) {
  const auto status = row["status"].as<std::string>();
  if (erased || row["erased"].as<bool>()) return {{"Its recipient was erased.", status}};
  const auto waiting = tx.exec(WAITING, first);
  if (!waiting.empty()) return {{"It is still to be sent.", waiting[0][0].as<std::string>()}};
  if (row["secret"].as<bool>())
    return {{"Its token is used up or has expired; the person must ask for a new one.", status}};
  if (!sending) return {{"There is no mail server.", status}};
  return std::nullopt;
}

}  // namespace

Resends::Outcome Resends::resend(std::int64_t id, const std::optional<std::string>& key,
                                 const std::string& traceparent, kit::Deadline deadline) {
  const auto event_id = "resend-" + kit::random_uuid();
  return database_.transact<Outcome>("resend_notification", deadline, [&](Transaction& tx) -> Outcome {
    const auto found = tx.exec(FIRST, id);
    if (found.empty()) return NotFound{};
    const auto first = found[0]["id"].as<std::int64_t>();
    const bool erased = !may_be_told(tx, found[0]["user_id"].as<std::optional<std::int64_t>>());
    const auto row = tx.exec(LOCK, first);
    if (key) {
      if (const auto before = tx.exec(BY_KEY, *key); !before.empty()) {
        auto record = read_record(before[0]);
        if (record.resend_of != first) return KeyReused{};
        return record;
      }
    }
    if (auto refused = refusal(tx, first, row[0], erased, sending_)) return *refused;
    const auto made = tx.exec(INSERT, first, event_id, traceparent, key);
    if (made.empty()) return KeyReused{};  // just now, for another mail
    return read_record(made[0]);
  });
}

}  // namespace notification::store
