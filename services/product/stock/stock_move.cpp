#include "services/product/stock/stock_move.hpp"

#include "services/kit/json/reader.hpp"

namespace product {

NewMove read_move(const nlohmann::json& body) {
  kit::json::Reader reader(body);
  NewMove move;
  move.change = reader.integer("change", {-MAX_ON_HAND, MAX_ON_HAND});
  move.reason = reader.string("reason", {1, 20});
  move.note = reader.optional_string("note", {1, 500});
  const bool known = move.reason == "received" || move.reason == "returned" || move.reason == "corrected";
  if (reader.ok() && !known) reader.error("reason", "must be received, corrected or returned");
  if (reader.ok() && move.change == 0) reader.error("change", "must not be 0");
  if (reader.ok() && move.change < 0 && move.reason != "corrected")
    reader.error("change", "must be more than 0 for what was " + move.reason);
  reader.finish();
  return move;
}

std::int64_t read_low_at(const nlohmann::json& body) {
  kit::json::Reader reader(body);
  const auto low_at = reader.integer("low_at", {0, MAX_ON_HAND});
  reader.finish();
  return low_at;
}

}  // namespace product
