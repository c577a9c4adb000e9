#pragma once
#include "services/kit/ids.hpp"

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

namespace order::history {

/// Something that happened to an order.
struct Entry {
  std::int64_t id = 0;
  std::string type;     ///< the state that was reached ("placed", "confirmed", …), or what else happened
  nlohmann::json data;  ///< as it was written down
  std::string at;       ///< RFC 3339
};

/// As clients are told: {"type","at"} and what is in the data, money as decimal numbers with their
/// `currency`.
nlohmann::ordered_json told(const Entry& entry);

}  // namespace order::history
