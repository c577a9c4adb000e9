#pragma once
#include "services/kit/db/database.hpp"

#include <exception>
#include <string>

// What makes repeats of a request one, in a service's table idempotency_keys: scope, key, request_hash and
// created_at as here, and beside them what the service keeps of what was done.
namespace kit::db {

/// What a client's Idempotency-Key stands for.
struct IdempotencyKey {
  std::string scope;    ///< whose key: "user/7"
  std::string key;      ///< as the client sent it
  std::string request;  ///< the same text for requests that mean the same
};

/// The key came with another request before.
class KeyReused : public std::exception {
 public:
  const char* what() const noexcept override { return "idempotency key used for another request"; }
};

/// Writes the key, first of all in the transaction of what it stands for; false when it is there already. Of
/// two at once the second waits for the first.
bool claim_key(Transaction& tx, const IdempotencyKey& key);

/// Forgets a bounded number of keys of more than 7 days ago; how many.
int forget_keys(Database& database, Deadline deadline);

}  // namespace kit::db
