#pragma once
#include "services/kit/db/database.hpp"

#include <exception>
#include <functional>
#include <optional>
#include <string>

// The store of idempotency keys: a service's table idempotency_keys with the columns scope, key, request_hash
// and created_at, and beside them what the service stores of the first request's result.
namespace kit::db {

/// What a client's Idempotency-Key stands for.
struct IdempotencyKey {
  std::string scope;    ///< whose key: "user/7"
  std::string key;      ///< as the client sent it
  std::string request;  ///< the same text for requests that mean the same
};

/// The key came with another request before. Becomes a 422 at the edge.
class KeyReused : public std::exception {
 public:
  const char* what() const noexcept override { return "idempotency key used for another request"; }
};

/// Inserts the key, as the first statement of the transaction that does what it stands for. Returns false
/// when it is there already. Of two transactions at once the second waits for the first.
bool claim_key(Transaction& tx, const IdempotencyKey& key);

/// The text of a statement for `find_key` that also selects `columns` (a literal).
#define SHOPKEEPER_FIND_KEY(columns)                                               \
  "select request_hash = sha256(convert_to($3, 'UTF8')) as same_request, " columns \
  " from idempotency_keys where scope = $1 and key = $2"

/// The row of the key; returns nullopt when there is none. Throws KeyReused.
std::optional<pqxx::row> find_key(Transaction& tx, const Statement& statement, const IdempotencyKey& key);

/// A response in the columns status, body and location, for services that store whole responses.
struct StoredResponse {
  int status = 200;
  std::string body;  ///< JSON
  std::optional<std::string> location;
};

/// Runs `work` in a transaction and stores its response with the key; when the key has a response already,
/// returns that one. Of several requests at once with one key one works and the others wait for it. A key is
/// stored only when `work` succeeds. Without a key it only runs `work`. Throws KeyReused.
StoredResponse respond_once(Database& database, const char* name, Deadline deadline,
                            const std::optional<IdempotencyKey>& key,
                            const std::function<StoredResponse(Transaction&)>& work);

/// Deletes up to 1000 keys older than 7 days. Returns how many it deleted.
int forget_keys(Database& database, Deadline deadline);

}  // namespace kit::db
