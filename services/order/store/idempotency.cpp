#include "services/order/store/idempotency.hpp"

namespace order {
namespace {

constexpr kit::db::Statement FIND{"idempotency_find", SHOPKEEPER_FIND_KEY("order_id, refund_id")};

}  // namespace

std::optional<CreatedWithKey> created_with(kit::db::Transaction& tx, const IdempotencyKey& key) {
  const auto row = kit::db::find_key(tx, FIND, key);
  if (!row) return std::nullopt;
  return CreatedWithKey{(*row)["order_id"].as<std::optional<std::int64_t>>(),
                        (*row)["refund_id"].as<std::optional<std::int64_t>>()};
}

}  // namespace order
