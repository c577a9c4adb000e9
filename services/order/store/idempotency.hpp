#pragma once
#include "services/kit/db/idempotency.hpp"

#include <cstdint>
#include <optional>

namespace order {

using kit::db::claim_key;
using kit::db::IdempotencyKey;
using kit::db::KeyReused;

/// What a request with the key made: an order or a refund.
struct MadeWithKey {
  std::optional<std::int64_t> order;
  std::optional<std::int64_t> refund;
};

/// Nothing when the key is not there. Throws KeyReused.
std::optional<MadeWithKey> made_with(kit::db::Transaction& tx, const IdempotencyKey& key);

}  // namespace order
