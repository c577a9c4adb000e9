#pragma once
#include "services/kit/db/database.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

namespace order {

/// Says that repeats of a request are one: what the client called it, whose name that is, and what it asked
/// for.
struct IdempotencyKey {
  std::string scope;
  std::string key;
  std::string request;  ///< canonical text
};

/// The key came with another request before. Becomes a 422.
class KeyReused : public std::exception {
 public:
  const char* what() const noexcept override { return "idempotency key used for another request"; }
};

/// What a request with the key made: an order or a refund.
struct MadeWithKey {
  std::optional<std::int64_t> order;
  std::optional<std::int64_t> refund;
};

/// Writes the key, first of all in the transaction of what it stands for; false when it is there already. Of
/// two at once the second waits for the first.
bool claim_key(kit::db::Transaction& tx, const IdempotencyKey& key);

/// Nothing when the key is not there. Throws KeyReused.
std::optional<MadeWithKey> made_with(kit::db::Transaction& tx, const IdempotencyKey& key);

}  // namespace order
