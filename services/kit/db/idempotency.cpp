#include "services/kit/db/idempotency.hpp"

namespace kit::db {
namespace {

constexpr Statement CLAIM{"idempotency_claim", R"(
  insert into idempotency_keys (scope, key, request_hash) values ($1, $2, sha256(convert_to($3, 'UTF8')))
  on conflict do nothing returning key)"};

constexpr Statement FORGET{"idempotency_forget", R"(
  delete from idempotency_keys where (scope, key) in (
    select scope, key from idempotency_keys where created_at < now() - interval '7 days' order by created_at limit 1000
    for update skip locked))"};

}  // namespace

bool claim_key(Transaction& tx, const IdempotencyKey& key) {
  return !tx.exec(CLAIM, key.scope, key.key, key.request).empty();
}

int forget_keys(Database& database, Deadline deadline) {
  return database.transact<int>(
      FORGET.name, deadline,
      [](Transaction& tx) { return static_cast<int>(tx.exec(FORGET).affected_rows()); }, true);
}

}  // namespace kit::db
