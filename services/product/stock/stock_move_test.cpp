#include "services/product/stock/stock_move.hpp"

#include "services/kit/error/testing.hpp"

#include <gtest/gtest.h>

namespace product {
namespace {

using nlohmann::json;

std::string wrong_field(const json& body) {
  return kit::refused([&] { read_move(body); });
}

TEST(ReadMove, AcceptsReceivedReturnedAndCorrected) {
  const auto move = read_move({{"change", -3}, {"reason", "corrected"}, {"note", "found broken"}});
  EXPECT_EQ(move.change, -3);
  EXPECT_EQ(move.reason, "corrected");
  EXPECT_EQ(move.note, "found broken");
  EXPECT_EQ(read_move({{"change", 5}, {"reason", "received"}}).note, std::nullopt);
  EXPECT_EQ(read_move({{"change", 1}, {"reason", "returned"}}).change, 1);
}

TEST(ReadMove, RefusesFractionsAndNegativeReturns) {
  EXPECT_EQ(wrong_field({{"change", -1}, {"reason", "returned"}}), "change");
  EXPECT_EQ(wrong_field({{"change", 1.5}, {"reason", "received"}}), "change");
  EXPECT_EQ(wrong_field({{"change", 1'000'000'001}, {"reason", "received"}}), "change");
}

TEST(ReadLowAt, RequiresANonNegativeNumber) {
  EXPECT_EQ(read_low_at({{"low_at", 0}}), 0);
  EXPECT_THROW(read_low_at({{"low_at", -1}}), kit::Problem);
  EXPECT_THROW(read_low_at({}), kit::Problem);
}

}  // namespace
}  // namespace product
