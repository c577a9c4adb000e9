#include "services/user/accounts/session_store.hpp"

#include "services/kit/http/message/page.hpp"
#include "services/kit/trace/trace.hpp"
#include "services/user/errors/errors.hpp"
#include "services/user/users/user_store.hpp"

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr int MAX_SESSIONS = 100;  // of one user
constexpr int MAX_ADDRESSES = 50;

// A share lock keeps the role that goes into the token until it is issued.
constexpr Statement LOCK_ACCOUNT{"lock_account",
                                 "select " USER_COLUMNS
                                 " from users where id = $1 and password_hash = $2 for share of users"};

constexpr Statement CLEAR{"clear_sessions", R"(
  delete from sessions where user_id = $1 and (expires_at < now() or revoked_at < now() - interval '30 days'
    or id in (select id from sessions where user_id = $1 order by created_at desc offset $2)))"};

constexpr Statement BEGIN{"begin_session", R"(
  insert into sessions (id, user_id, expires_at) values ($1, $2, now() + make_interval(hours => $3)))"};

constexpr Statement ADD_TOKEN{"add_refresh_token", R"(
  insert into refresh_tokens (hash, session_id) values ($1, $2)
  returning extract(epoch from clock_timestamp())::text)"};

constexpr Statement LOCK_USER_OF{"lock_user_of_token", "select " USER_COLUMNS R"(
  from users where id = (select s.user_id from sessions s join refresh_tokens t on t.session_id = s.id
                         where t.hash = $1) for share of users)"};

// The session's row is the lock: of two requests with the same token the second finds it used.
constexpr Statement LOCK{"lock_session", R"(
  select s.id, s.revoked_at is null and s.expires_at > now() as alive
  from sessions s join refresh_tokens t on t.session_id = s.id
  where t.hash = $1 for update of s)"};

constexpr Statement USE{"use_refresh_token", R"(
  update refresh_tokens set used_at = now() where hash = $1 and used_at is null)"};

constexpr Statement FIND_TOKEN{"find_refresh_token", R"(
  select extract(epoch from created_at)::text from refresh_tokens where hash = $1 and session_id = $2)"};

// Ending a session revokes its access tokens.
#define END_SESSIONS(WHICH)                                                                   \
  "with ended as (update sessions set revoked_at = now() where revoked_at is null and " WHICH \
  " returning id) insert into revocations (session_id) select id::text from ended"

constexpr Statement REVOKE{"revoke_session", END_SESSIONS("id = $1")};
constexpr Statement END{"end_session",
                        END_SESSIONS("id = (select session_id from refresh_tokens where hash = $1)")};
constexpr Statement END_ALL{"end_sessions_of_user", END_SESSIONS("user_id = $1 and id::text <> $2")};

constexpr Statement REMEMBER{"remember_address", R"(
  insert into known_addresses as k (key, user_id) values ($1, $2)
  on conflict (key) do update set seen_at = now(), user_id = excluded.user_id
  where k.seen_at < now() - interval '1 day' or k.user_id <> excluded.user_id)"};

constexpr Statement FORGET{"forget_addresses", R"(
  delete from known_addresses where key in (
    select key from known_addresses where user_id = $1 order by seen_at desc offset $2))"};

constexpr Statement REVOKE_USER{"revoke_tokens_of_user", R"(
  insert into revocations (user_id, issued_before) values ($1, clock_timestamp()))"};

// A transaction ends within its deadline, so nothing can become visible more than 30 s late. The cursor is in
// milliseconds.
constexpr Statement LIST_REVOCATIONS{"list_revocations", R"(
  select session_id, user_id, extract(epoch from issued_before)::text as issued_before
  from revocations
  where at > greatest(now() - make_interval(secs => $1), to_timestamp($2::bigint / 1000.0) - interval '30 s'))"};

constexpr Statement NOW{"revocations_now", "select floor(extract(epoch from now()) * 1000)::bigint"};

double issued_at(const pqxx::result& rows) { return rows[0][0].as<double>(); }

}  // namespace

void SessionStore::remember_client(Transaction& tx, kit::UserId user, const std::string& known_key) {
  if (tx.exec(REMEMBER, known_key, user.value).affected_rows() > 0)
    tx.exec(FORGET, user.value, MAX_ADDRESSES);
}

std::optional<std::string> SessionStore::begin(kit::UserId user, const std::string& password_hash,
                                               const std::string& token_hash, const std::string& known_key,
                                               const Issue& issue, kit::Deadline deadline) {
  const auto id = kit::random_uuid();
  return database_.transact<std::optional<std::string>>("begin_session", deadline, [&](Transaction& tx) {
    const auto rows = tx.exec(LOCK_ACCOUNT, user.value, password_hash);
    if (rows.empty()) return std::optional<std::string>();
    tx.exec(CLEAR, user.value, MAX_SESSIONS - 1);
    tx.exec(BEGIN, id, user.value, static_cast<int>(SESSION_LIFETIME.count()));
    remember_client(tx, user, known_key);
    return std::optional(issue(read_user(rows[0]), id, issued_at(tx.exec(ADD_TOKEN, token_hash, id))));
  });
}

SessionStore::Rotation SessionStore::rotate(const std::string& token_hash, const std::string& next_hash,
                                            const Issue& issue, kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    Rotation out;
    // The user is locked before the session, as by everything that ends sessions.
    const auto users = tx.exec(LOCK_USER_OF, token_hash);
    const auto rows = tx.exec(LOCK, token_hash);
    if (users.empty() || rows.empty() || !rows[0]["alive"].as<bool>()) return out;
    out.session = rows[0]["id"].as<std::string>();
    const auto user = read_user(users[0]);
    out.user = user.id;
    const bool first = tx.exec(USE, token_hash).affected_rows() == 1;
    const auto token =
        first ? tx.exec(ADD_TOKEN, next_hash, out.session) : tx.exec(FIND_TOKEN, next_hash, out.session);
    if (token.empty()) {
      tx.exec(REVOKE, out.session);
      out.result = Rotation::Result::Reused;
    } else {
      out.access_token = issue(user, out.session, issued_at(token));
      out.result = Rotation::Result::Fresh;
    }
    return out;
  };
  return database_.transact<Rotation>("rotate_refresh_token", deadline, work, true);
}

void SessionStore::end(const std::string& token_hash, kit::Deadline deadline) {
  database_.transact(
      "end_session", deadline, [&](Transaction& tx) { tx.exec(END, token_hash); }, true);
}

void SessionStore::end_all(Transaction& tx, kit::UserId user, const std::string& kept) {
  tx.exec(END_ALL, user.value, kept);
}

void SessionStore::revoke_user(Transaction& tx, kit::UserId user) { tx.exec(REVOKE_USER, user.value); }

kit::identity::RevocationList SessionStore::list_revocations(const std::string& since,
                                                             kit::Deadline deadline) const {
  const auto from = since.empty() ? std::int64_t{1} : kit::http::decode_cursor(since).value_or(0);
  if (from == 0) throw InvalidRevocationCursor();
  return database_.read<kit::identity::RevocationList>("list_revocations", deadline, [&](Transaction& tx) {
    kit::identity::RevocationList out;
    out.next = kit::http::encode_cursor(tx.exec(NOW)[0][0].as<std::int64_t>());
    for (const auto& row :
         tx.exec(LIST_REVOCATIONS, static_cast<int>(kit::identity::Revocations::KEEP.count()), from)) {
      if (row["user_id"].is_null()) {
        out.sessions.push_back(row["session_id"].as<std::string>());
      } else {
        out.users.push_back({{row["user_id"].as<std::int64_t>()}, row["issued_before"].as<double>()});
      }
    }
    return out;
  });
}

}  // namespace user
