#include "services/product/idempotency/idempotency.hpp"

namespace product {
namespace {

using kit::db::Transaction;

constexpr kit::db::Statement FIND{"idempotency_find", R"(
  select request_hash = sha256(convert_to($3, 'UTF8')) as same, status, body, location
  from idempotency_keys where scope = $1 and key = $2)"};

constexpr kit::db::Statement KEEP{"idempotency_keep", R"(
  update idempotency_keys set status = $3, body = $4, location = $5 where scope = $1 and key = $2)"};

Answer kept_answer(Transaction& tx, const IdempotencyKey& key) {
  const auto rows = tx.exec(FIND, key.scope, key.key, key.request);
  // The other's transaction has ended: its row was seen. Only a clean-up can take it away in between.
  if (rows.empty()) throw kit::db::Unavailable("the idempotency key went away");
  if (!rows[0]["same"].as<bool>()) throw KeyReused();
  return {rows[0]["status"].as<int>(), rows[0]["body"].as<std::string>(),
          rows[0]["location"].as<std::optional<std::string>>()};
}

}  // namespace

Answer answer_once(kit::db::Database& database, const char* name, kit::Deadline deadline,
                   const std::optional<IdempotencyKey>& key,
                   const std::function<Answer(Transaction&)>& work) {
  const auto once = [&](Transaction& tx) {
    if (!key) return work(tx);
    if (!claim_key(tx, *key)) return kept_answer(tx, *key);
    auto answer = work(tx);
    tx.exec(KEEP, key->scope, key->key, answer.status, answer.body, answer.location);
    return answer;
  };
  // Without a key a commit of unknown fate cannot be tried again: it might count twice.
  return database.transact<Answer>(name, deadline, once, key.has_value());
}

}  // namespace product
