#include "services/notification/store/notification_store.hpp"

#include "services/kit/db/erased_users.hpp"
#include "services/notification/errors/errors.hpp"

namespace notification {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr std::chrono::seconds TIMEOUT{10};

constexpr Statement INSERT{"insert_notification", R"(
  insert into notifications (event_id, kind, about, recipient_name, recipient_email, data, traceparent, status,
                             user_id, expires_at)
  values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, to_timestamp($10::bigint))
  on conflict (event_id) do nothing)"};

constexpr Statement CLAIM{"claim_notification", R"(
  update notifications
  set status = 'sending', attempts = attempts + 1, claimed_until = now() + make_interval(secs => $1),
      handed_over_at = null
  where id = (select id from notifications where status = 'pending' and next_attempt_at <= now()
              order by next_attempt_at limit 1 for update skip locked)
  returning id, attempts, event_id, traceparent, kind, recipient_name, recipient_email, data,
            coalesce(expires_at <= now(), false) as expired)"};

constexpr Statement HAND_OVER{"hand_over_notification", R"(
  update notifications set handed_over_at = now()
  where id = $1 and attempts = $2 and status = 'sending' and claimed_until > now())"};

// A mail that will not be sent again keeps no token and shows the address that it was last sent to. One whose
// recipient was erased meanwhile is not tried again.
constexpr Statement FINISH{"finish_notification", R"(
  update notifications
  set status = case when $3 = 'pending' and erased_at is not null then 'cancelled' else $3 end,
      last_error = case when erased_at is null then $4 else '' end,
      next_attempt_at = now() + make_interval(secs => $5),
      sent_at = case when $3 = 'sent' then now() end,
      data = case when $3 = 'pending' then data else data - 'token' end,
      recipient_name = case when $3 = 'pending' or erased_at is not null then recipient_name else $6 end,
      recipient_email = case when $3 = 'pending' or erased_at is not null then recipient_email else $7 end
  where id = $1 and attempts = $2 and status = 'sending')"};

constexpr Statement RECOVER{"recover_notifications", R"(
  update notifications
  set status = case when handed_over_at is null then 'pending' else 'uncertain' end, next_attempt_at = now(),
      last_error = case when handed_over_at is null then 'the sender ended before the mail was handed over'
                        else 'the sender ended while the mail was handed over' end,
      data = case when handed_over_at is null then data else data - 'token' end
  where status = 'sending' and claimed_until < now())"};

constexpr Statement BACKLOG{"waiting_notifications", R"(
  select count(*), coalesce(extract(epoch from now() - min(created_at)), 0)::float8
  from notifications where status in ('pending', 'sending'))"};

constexpr Statement PAGE{"page_notifications", "select " NOTIFICATION_RECORD R"(
  from notifications
  where ($1::bigint is null or id < $1) and ($2::text is null or status = $2)
  order by id desc limit $3)"};

constexpr Statement FIND{"find_notification",
                         "select " NOTIFICATION_RECORD " from notifications where id = $1"};

kit::Deadline timeout() { return kit::Deadline::in(TIMEOUT); }

const char* status_after(const Attempt& attempt, bool again) {
  if (attempt.result == Attempt::Result::Accepted) return "sent";
  if (attempt.result == Attempt::Result::Uncertain) return "uncertain";
  return again ? "pending" : "failed";
}

Claim read_claim(const pqxx::row& row) {
  Claim claim;
  claim.id = row["id"].as<std::int64_t>();
  claim.attempt = row["attempts"].as<int>();
  claim.event_id = row["event_id"].as<std::string>();
  claim.traceparent = row["traceparent"].as<std::string>();
  claim.notice = {row["kind"].as<std::string>(),
                  {row["recipient_name"].as<std::string>(), row["recipient_email"].as<std::string>()},
                  nlohmann::json::parse(row["data"].as<std::string>())};
  claim.expired = row["expired"].as<bool>();
  return claim;
}

}  // namespace

NotificationRecord read_record(const pqxx::row& row) {
  return {row["id"].as<std::int64_t>(),
          row["event_id"].as<std::string>(),
          row["kind"].as<std::string>(),
          row["about"].as<std::string>(),
          row["user_id"].as<std::optional<std::int64_t>>(),
          {row["recipient_name"].as<std::string>(), row["recipient_email"].as<std::string>()},
          row["status"].as<std::string>(),
          row["attempts"].as<int>(),
          row["resend_of"].as<std::optional<std::int64_t>>(),
          row["last_error"].as<std::string>(),
          row["created_at"].as<std::string>(),
          row["next_attempt_at"].as<std::optional<std::string>>(),
          row["sent_at"].as<std::optional<std::string>>()};
}

bool NotificationStore::add(Transaction& tx, const kit::messaging::Event& event, const Notice& notice,
                            bool send) {
  if (notice.user && kit::db::is_erased(tx, *notice.user)) return false;
  auto data = notice.data;
  if (!send) data.erase("token");
  std::optional<std::int64_t> user, expires;
  if (notice.user) user = notice.user->value;
  if (notice.expires) expires = notice.expires->time_since_epoch().count();
  const auto done = tx.exec(INSERT, event.id, notice.kind, event.subject, notice.to.name, notice.to.email,
                            data.dump(), event.traceparent, send ? "pending" : "recorded", user, expires);
  return done.affected_rows() == 1;
}

std::optional<Claim> NotificationStore::claim(std::chrono::seconds lease) {
  return database_.transact<std::optional<Claim>>("claim_notification", timeout(), [&](Transaction& tx) {
    const auto rows = tx.exec(CLAIM, static_cast<double>(lease.count()));
    return rows.empty() ? std::optional<Claim>() : read_claim(rows[0]);
  });
}

bool NotificationStore::hand_over(const Claim& claim) {
  return database_.transact<bool>(
      "hand_over_notification", timeout(),
      [&](Transaction& tx) { return tx.exec(HAND_OVER, claim.id, claim.attempt).affected_rows() == 1; },
      true);
}

void NotificationStore::finish(const Claim& claim, const Attempt& attempt,
                               std::optional<std::chrono::milliseconds> retry_in) {
  const double seconds = retry_in ? std::chrono::duration<double>(*retry_in).count() : 0.0;
  database_.transact(
      "finish_notification", timeout(),
      [&](Transaction& tx) {
        tx.exec(FINISH, claim.id, claim.attempt, status_after(attempt, retry_in.has_value()), attempt.error,
                seconds, claim.notice.to.name, claim.notice.to.email);
      },
      true);
}

int NotificationStore::recover() {
  return database_.transact<int>(
      "recover_notifications", timeout(),
      [](Transaction& tx) { return static_cast<int>(tx.exec(RECOVER).affected_rows()); }, true);
}

NotificationStore::Backlog NotificationStore::backlog() const {
  return database_.read<Backlog>("waiting_notifications", timeout(), [](Transaction& tx) {
    const auto row = tx.exec(BACKLOG)[0];
    return Backlog{row[0].as<double>(), row[1].as<double>()};
  });
}

NotificationRecord NotificationStore::find(std::int64_t id, kit::Deadline deadline) const {
  return database_.read<NotificationRecord>("find_notification", deadline, [&](Transaction& tx) {
    const auto rows = tx.exec(FIND, id);
    if (rows.empty()) throw NotificationNotFound();
    return read_record(rows[0]);
  });
}

kit::db::Page<NotificationRecord> NotificationStore::page(std::optional<std::int64_t> before,
                                                          const std::optional<std::string>& status, int limit,
                                                          kit::Deadline deadline) const {
  return database_.read<kit::db::Page<NotificationRecord>>(
      "page_notifications", deadline, [&](Transaction& tx) {
        return kit::db::read_page(tx.exec(PAGE, before, status, limit + 1), limit, read_record);
      });
}

}  // namespace notification
