#include "services/order/store/idempotency.hpp"

namespace order {
namespace {

constexpr kit::db::Statement FIND{"idempotency_find", R"(
  select order_id, refund_id, request_hash = sha256(convert_to($3, 'UTF8')) as same
  from idempotency_keys where scope = $1 and key = $2)"};

}  // namespace

std::optional<MadeWithKey> made_with(kit::db::Transaction& tx, const IdempotencyKey& key) {
  const auto rows = tx.exec(FIND, key.scope, key.key, key.request);
  if (rows.empty()) return std::nullopt;
  if (!rows[0]["same"].as<bool>()) throw KeyReused();
  return MadeWithKey{rows[0]["order_id"].as<std::optional<std::int64_t>>(),
                     rows[0]["refund_id"].as<std::optional<std::int64_t>>()};
}

}  // namespace order
