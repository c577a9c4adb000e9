#pragma once
#include "services/kit/db/database.hpp"

#include <functional>
#include <optional>
#include <string>

namespace product {

/// What a client's Idempotency-Key stands for.
struct IdempotencyKey {
  std::string scope;    ///< whose key: "user/7"
  std::string key;      ///< as the client sent it
  std::string request;  ///< the same text for requests that mean the same: method, path, body
};

/// An answer as it is kept, to be given again.
struct Answer {
  int status = 200;
  std::string body;  ///< JSON
  std::optional<std::string> location;
};

/// The key came with another request before.
class KeyReused : public std::exception {
 public:
  const char* what() const noexcept override { return "idempotency key reused"; }
};

/// Does `work` in a transaction and keeps its answer under the key; where the key has an answer, gives that
/// one instead. Of several at once with one key one works, the others wait for it. What throws keeps nothing.
/// Without a key it just does the work. Throws KeyReused.
Answer answer_once(kit::db::Database& database, const char* name, kit::Deadline deadline,
                   const std::optional<IdempotencyKey>& key,
                   const std::function<Answer(kit::db::Transaction&)>& work);

/// Forgets a bounded number of answers of more than 7 days ago; how many.
int forget_answers(kit::db::Database& database, kit::Deadline deadline);

}  // namespace product
