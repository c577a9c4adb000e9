#include "services/user/users/revocation_store.hpp"

#include "services/kit/http/message/page.hpp"
#include "services/user/errors/errors.hpp"

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement REVOKE_USER{"revoke_tokens_of_user", R"(
  insert into revocations (user_id, issued_before) values ($1, clock_timestamp()))"};

// A transaction ends within its deadline, so nothing can become visible more than 30 s late. The cursor is in
// milliseconds.
constexpr Statement LIST{"list_revocations", R"(
  select session_id, user_id, extract(epoch from issued_before)::text as issued_before
  from revocations
  where at > greatest(now() - make_interval(secs => $1), to_timestamp($2::bigint / 1000.0) - interval '30 s'))"};

constexpr Statement NOW{"revocations_now", "select floor(extract(epoch from now()) * 1000)::bigint"};

}  // namespace

void RevocationStore::revoke_user(Transaction& tx, kit::UserId user) { tx.exec(REVOKE_USER, user.value); }

kit::identity::RevocationList RevocationStore::list(const std::string& since, kit::Deadline deadline) const {
  const auto from = since.empty() ? std::int64_t{1} : kit::http::decode_cursor(since).value_or(0);
  if (from == 0) throw InvalidRevocationCursor();
  return database_.read<kit::identity::RevocationList>("list_revocations", deadline, [&](Transaction& tx) {
    kit::identity::RevocationList out;
    out.next = kit::http::encode_cursor(tx.exec(NOW)[0][0].as<std::int64_t>());
    for (const auto& row : tx.exec(LIST, static_cast<int>(kit::identity::Revocations::KEEP.count()), from)) {
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
