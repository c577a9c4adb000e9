#pragma once
#include "services/contracts/internal/malformed.hpp"
#include "services/kit/http/client/client.hpp"

#include <string>

namespace order {

/// Throws kit::http::Unreachable for any status but 200.
inline void require_ok(const kit::http::Client& client, const kit::http::Response& response) {
  if (response.status != 200)
    throw kit::http::Unreachable(client.service() + " answered " + std::to_string(response.status));
}

/// What `read` makes of the answer's body. Throws kit::http::Unreachable when it is malformed.
template <class Read>
auto read_answer(const kit::http::Client& client, const kit::http::Response& response, Read&& read) try {
  return read(response.body);
} catch (const contracts::Malformed& e) {
  throw kit::http::Unreachable(client.service() + " answered malformed JSON: " + e.what());
}

/// The same of a 200. Throws kit::http::Unreachable for any other status.
template <class Read>
auto read_ok(const kit::http::Client& client, const kit::http::Response& response, Read&& read) {
  require_ok(client, response);
  return read_answer(client, response, read);
}

}  // namespace order
