#pragma once
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

namespace order::history {

/// An entry in the history of an order.
struct Entry {
  std::int64_t id = 0;
  std::string type;     ///< the state that was reached ("placed", "confirmed", …) or "refunded"
  nlohmann::json data;  ///< as written to the history
  std::string at;       ///< RFC 3339
};

/// As clients get it: {"type","at"} and the data, money as decimal numbers with their `currency`.
nlohmann::ordered_json to_json(const Entry& entry);

}  // namespace order::history
