#pragma once
#include "services/kit/db/idempotency.hpp"

#include <functional>
#include <optional>
#include <string>

namespace product {

using kit::db::IdempotencyKey;
using kit::db::KeyReused;

/// An answer as it is kept, to be given again.
struct Answer {
  int status = 200;
  std::string body;  ///< JSON
  std::optional<std::string> location;
};

/// Does `work` in a transaction and keeps its answer under the key; where the key has an answer, gives that
/// one instead. Of several at once with one key one works, the others wait for it. What throws keeps nothing.
/// Without a key it just does the work. Throws KeyReused.
Answer answer_once(kit::db::Database& database, const char* name, kit::Deadline deadline,
                   const std::optional<IdempotencyKey>& key,
                   const std::function<Answer(kit::db::Transaction&)>& work);

}  // namespace product
