#include "services/order/domain/history.hpp"

#include <gtest/gtest.h>

namespace order::history {
namespace {

using nlohmann::json;

std::string shown(json data) {
  return to_json({7, "refunded", std::move(data), "2026-11-21T07:00:00.000Z"}).dump();
}

TEST(HistoryEntry, ShowsMoneyAsDecimalNumbers) {
  EXPECT_EQ(shown(json::object()), R"({"type":"refunded","at":"2026-11-21T07:00:00.000Z"})");
  EXPECT_EQ(
      shown({{"amount", {{"minor", 1999}, {"currency", "USD"}}}, {"reason", "broken"}}),
      R"({"type":"refunded","at":"2026-11-21T07:00:00.000Z","amount":19.99,"currency":"USD","reason":"broken"})");
  EXPECT_EQ(shown({{"amount", {{"minor", 1999}, {"currency", "JPY"}}}}),
            R"({"type":"refunded","at":"2026-11-21T07:00:00.000Z","amount":1999,"currency":"JPY"})");
}

TEST(HistoryEntry, ShowsOtherDataAsItIs) {
  EXPECT_EQ(
      shown({{"amount", {{"minor", "1"}, {"currency", "USD"}}}, {"x", {{"minor", 1}}}}),
      R"({"type":"refunded","at":"2026-11-21T07:00:00.000Z","amount":{"currency":"USD","minor":"1"},"x":{"minor":1}})");
  EXPECT_EQ(shown({{"type", "another"}, {"at", 1}}), R"({"type":"refunded","at":"2026-11-21T07:00:00.000Z"})")
      << "type and time are the entry's own";
}

}  // namespace
}  // namespace order::history
