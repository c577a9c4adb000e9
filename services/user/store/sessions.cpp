#include "services/user/store/sessions.hpp"

#include "services/kit/trace/trace.hpp"
#include "services/user/domain/tokens.hpp"

namespace user::store {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement CLEAR{"clear_sessions", R"(
  delete from sessions where user_id = $1 and (expires_at < now() or revoked_at < now() - interval '30 days'))"};

constexpr Statement BEGIN{"begin_session", R"(
  insert into sessions (id, user_id, expires_at) values ($1, $2, now() + make_interval(hours => $3)))"};

constexpr Statement ADD_TOKEN{"add_refresh_token",
                              "insert into refresh_tokens (hash, session_id) values ($1, $2)"};

// The session's row is the lock: two who present the same token come one after the other, and the second
// finds it used.
constexpr Statement LOCK{"lock_session", R"(
  select s.id, s.user_id, s.revoked_at is null and s.expires_at > now() as alive
  from sessions s join refresh_tokens t on t.session_id = s.id
  where t.hash = $1 for update of s)"};

constexpr Statement USE{"use_refresh_token", R"(
  update refresh_tokens set used_at = now() where hash = $1 and used_at is null)"};

constexpr Statement REVOKE{"revoke_session", R"(
  update sessions set revoked_at = now() where id = $1 and revoked_at is null)"};

constexpr Statement END{"end_session", R"(
  update sessions set revoked_at = now()
  where revoked_at is null and id = (select session_id from refresh_tokens where hash = $1))"};

}  // namespace

std::string Sessions::begin(kit::UserId user, const std::string& token_hash, kit::Deadline deadline) {
  const auto id = kit::random_uuid();
  database_.transact("begin_session", deadline, [&](Transaction& tx) {
    tx.exec(CLEAR, user.value);
    tx.exec(BEGIN, id, user.value, static_cast<int>(SESSION_LIFETIME.count()));
    tx.exec(ADD_TOKEN, token_hash, id);
  });
  return id;
}

Sessions::Rotated Sessions::rotate(const std::string& token_hash, const std::string& next_hash,
                                   kit::Deadline deadline) {
  return database_.transact<Rotated>("rotate_refresh_token", deadline, [&](Transaction& tx) {
    Rotated out;
    const auto rows = tx.exec(LOCK, token_hash);
    if (rows.empty() || !rows[0]["alive"].as<bool>()) return out;
    out.session = rows[0]["id"].as<std::string>();
    out.user = {rows[0]["user_id"].as<std::int64_t>()};
    if (tx.exec(USE, token_hash).affected_rows() == 0) {
      tx.exec(REVOKE, out.session);
      out.result = Rotated::Result::Reused;
    } else {
      tx.exec(ADD_TOKEN, next_hash, out.session);
      out.result = Rotated::Result::Fresh;
    }
    return out;
  });
}

void Sessions::end(const std::string& token_hash, kit::Deadline deadline) {
  database_.transact(
      "end_session", deadline, [&](Transaction& tx) { tx.exec(END, token_hash); }, true);
}

}  // namespace user::store
