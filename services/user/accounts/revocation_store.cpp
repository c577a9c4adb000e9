#include "services/user/accounts/revocation_store.hpp"

#include "services/kit/http/message/page.hpp"

namespace user::store {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement REVOKE_USER{"revoke_tokens_of_user", R"(
  insert into revocations (user_id, issued_before) values ($1, clock_timestamp()))"};

// A transaction ends within its deadline, so 30 s before what was seen last nothing can turn up any more. The
// cursor is in milliseconds.
constexpr Statement LIST{"list_revocations", R"(
  select session_id, user_id, extract(epoch from issued_before)::text as issued_before
  from revocations
  where at > greatest(now() - make_interval(secs => $1), to_timestamp($2::bigint / 1000.0) - interval '30 s'))"};

constexpr Statement NOW{"revocations_now", "select floor(extract(epoch from now()) * 1000)::bigint"};

}  // namespace

void revoke_tokens_of(Transaction& tx, kit::UserId user) { tx.exec(REVOKE_USER, user.value); }

kit::identity::RevocationList list_revocations(kit::db::Database& database, const std::string& since,
                                               kit::Deadline deadline) {
  const auto from = since.empty() ? std::int64_t{1} : kit::http::decode_cursor(since).value_or(0);
  if (from == 0) throw kit::http::bad_query("?since", "must be one that an earlier answer gave");
  return database.read<kit::identity::RevocationList>("list_revocations", deadline, [&](Transaction& tx) {
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

}  // namespace user::store
