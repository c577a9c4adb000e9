#include "services/notification/store/resend_store.hpp"

#include "services/kit/db/erased_users.hpp"
#include "services/kit/db/idempotency.hpp"
#include "services/kit/trace/trace.hpp"
#include "services/notification/errors/errors.hpp"

namespace notification {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

// Locking the first notification of a mail makes concurrent resends wait for each other.
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

/// Throws ResendRefused when the mail cannot be sent again now.
void check_resendable(Transaction& tx, std::int64_t first, const pqxx::row& row, bool erased, bool sending) {
  const auto status = row["status"].as<std::string>();
  if (erased || row["erased"].as<bool>()) throw ResendRefused("Its recipient was erased.", status);
  const auto waiting = tx.exec(WAITING, first);
  if (!waiting.empty()) throw ResendRefused("It is still to be sent.", waiting[0][0].as<std::string>());
  if (row["secret"].as<bool>())
    throw ResendRefused("Its token is used up or has expired; the person must ask for a new one.", status);
  if (!sending) throw ResendRefused("There is no mail server.", status);
}

}  // namespace

NotificationRecord ResendStore::resend(std::int64_t id, const std::optional<std::string>& key,
                                       const std::string& traceparent, kit::Deadline deadline) const {
  const auto event_id = "resend-" + kit::random_uuid();
  return database_.transact<NotificationRecord>("resend_notification", deadline, [&](Transaction& tx) {
    const auto found = tx.exec(FIRST, id);
    if (found.empty()) throw NotificationNotFound();
    const auto first = found[0]["id"].as<std::int64_t>();
    const auto user = found[0]["user_id"].as<std::optional<std::int64_t>>();
    const bool erased = user && kit::db::is_erased(tx, kit::UserId{*user});
    const auto row = tx.exec(LOCK, first);
    if (key) {
      if (const auto before = tx.exec(BY_KEY, *key); !before.empty()) {
        auto record = read_record(before[0]);
        if (record.resend_of != first) throw kit::db::KeyReused();
        return record;
      }
    }
    check_resendable(tx, first, row[0], erased, sending_);
    const auto made = tx.exec(INSERT, first, event_id, traceparent, key);
    if (made.empty()) throw kit::db::KeyReused();  // another mail took the key meanwhile
    return read_record(made[0]);
  });
}

}  // namespace notification
