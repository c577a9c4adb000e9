#include "services/kit/db/idempotency.hpp"

namespace kit::db {
namespace {

constexpr Statement CLAIM{"idempotency_claim", R"(
  insert into idempotency_keys (scope, key, request_hash) values ($1, $2, sha256(convert_to($3, 'UTF8')))
  on conflict do nothing returning key)"};

constexpr Statement FIND_RESPONSE{"idempotency_find_response", SHOPKEEPER_FIND_KEY("status, body, location")};

constexpr Statement STORE_RESPONSE{"idempotency_store_response", R"(
  update idempotency_keys set status = $3, body = $4, location = $5 where scope = $1 and key = $2)"};

constexpr Statement FORGET{"idempotency_forget", R"(
  delete from idempotency_keys where (scope, key) in (
    select scope, key from idempotency_keys where created_at < now() - interval '7 days' order by created_at limit 1000
    for update skip locked))"};

StoredResponse find_response(Transaction& tx, const IdempotencyKey& key) {
  const auto row = find_key(tx, FIND_RESPONSE, key);
  // The transaction that claimed it has committed; only the deletion of old keys can have removed it since.
  if (!row) throw Unavailable("the idempotency key was deleted meanwhile");
  return {(*row)["status"].as<int>(), (*row)["body"].as<std::string>(),
          (*row)["location"].as<std::optional<std::string>>()};
}

}  // namespace

bool claim_key(Transaction& tx, const IdempotencyKey& key) {
  return !tx.exec(CLAIM, key.scope, key.key, key.request).empty();
}

std::optional<pqxx::row> find_key(Transaction& tx, const Statement& statement, const IdempotencyKey& key) {
  const auto rows = tx.exec(statement, key.scope, key.key, key.request);
  if (rows.empty()) return std::nullopt;
  if (!rows[0]["same_request"].as<bool>()) throw KeyReused();
  return rows[0];
}

StoredResponse respond_once(Database& database, const char* name, Deadline deadline,
                            const std::optional<IdempotencyKey>& key,
                            const std::function<StoredResponse(Transaction&)>& work) {
  const auto once = [&](Transaction& tx) {
    if (!key) return work(tx);
    if (!claim_key(tx, *key)) return find_response(tx, *key);
    auto response = work(tx);
    tx.exec(STORE_RESPONSE, key->scope, key->key, response.status, response.body, response.location);
    return response;
  };
  // Without a key a commit of unknown outcome must not be tried again: it might take effect twice.
  return database.transact<StoredResponse>(name, deadline, once, key.has_value());
}

int forget_keys(Database& database, Deadline deadline) {
  return database.transact<int>(
      FORGET.name, deadline,
      [](Transaction& tx) { return static_cast<int>(tx.exec(FORGET).affected_rows()); }, true);
}

}  // namespace kit::db
