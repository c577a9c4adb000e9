#include "services/order/domain/placement.hpp"

#include "services/order/domain/errors.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

const kit::Money PRICE(29999, *kit::Currency::parse("USD"));
const std::optional<contracts::Offer> TABLET =
    contracts::Offer{contracts::ProductId{4}, "Tablet", PRICE, 9, false};
const std::optional<contracts::Offer> RADIO =
    contracts::Offer{contracts::ProductId{9}, "Radio", PRICE, 9, true};

PlacementLine line(const char* name, std::int64_t quantity, const char* field) {
  return {std::nullopt, name, quantity, field};
}

TEST(OrderLines, AddUpEqualProducts) {
  const auto lines = order_lines(
      {line("tablet", 2, "lines[0].product"), line("TABLET", 3, "lines[1].product")}, {TABLET, TABLET});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].quantity, 5);
  EXPECT_EQ(lines[0].name, "Tablet");
  EXPECT_THROW(order_lines({line("tablet", 600, "lines[0].product"), line("tablet", 401, "lines[1].product")},
                           {TABLET, TABLET}),
               InvalidField);
  EXPECT_EQ(order_lines_unverified({line("a", 1, "f"), line("A", 1, "f"), line("b", 1, "f")}).size(), 2U);
}

TEST(OrderLines, NameAllProductsThatAreNotOnSale) {
  const std::vector<PlacementLine> lines{line("a", 1, "lines[0].product"), line("b", 1, "lines[1].product"),
                                         line("c", 1, "lines[2].product")};
  try {
    order_lines(lines, {std::nullopt, TABLET, RADIO});
    FAIL();
  } catch (const NotOnSale& error) {
    ASSERT_EQ(error.lines.size(), 2U);
    EXPECT_EQ(error.lines[0].field, "lines[0].product");
    EXPECT_FALSE(error.lines[0].retired);
    EXPECT_EQ(error.lines[1].field, "lines[2].product");
    EXPECT_EQ(error.lines[1].retired->name, "Radio");
  }
}

}  // namespace
}  // namespace order
