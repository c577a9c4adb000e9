#pragma once
#include "services/kit/db/idempotency.hpp"

#include <cstdint>
#include <optional>

namespace order {

using kit::db::claim_key;
using kit::db::IdempotencyKey;
using kit::db::KeyReused;

/// What the first request with the key created: an order or a refund.
struct CreatedWithKey {
  std::optional<std::int64_t> order;
  std::optional<std::int64_t> refund;
};

/// Returns nullopt when the key is unknown. Throws KeyReused.
std::optional<CreatedWithKey> created_with(kit::db::Transaction& tx, const IdempotencyKey& key);

}  // namespace order
