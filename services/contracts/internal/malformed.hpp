#pragma once
#include <stdexcept>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace contracts {

/// The answer of another service does not have the agreed shape. A client treats the service as unreachable:
/// trying again later is right.
class Malformed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What `read` makes of the JSON in `body`. Throws Malformed.
template <class Read>
auto read_body(const std::string& body, Read&& read) try {
  return std::forward<Read>(read)(nlohmann::json::parse(body));
} catch (const nlohmann::json::exception& e) {
  throw Malformed(e.what());
}

}  // namespace contracts
