#include "services/order/domain/order.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace order {
namespace {

const kit::Currency USD = *kit::Currency::parse("USD");

contracts::ReservedLine reserved(std::int64_t product, std::string name, std::int64_t quantity,
                                 std::int64_t minor) {
  return {contracts::ProductId{product}, std::move(name), quantity, kit::Money(minor, USD)};
}
OrderLine named(std::string name, std::int64_t quantity) {
  return {std::nullopt, std::move(name), quantity, std::nullopt};
}
OrderLine known(std::int64_t product, std::int64_t quantity) {
  return {contracts::ProductId{product}, "?", quantity, std::nullopt};
}

TEST(Priced, TakesNameAndPriceOfTheReservation) {
  const auto lines =
      priced({known(4, 2), known(1, 1)}, {reserved(1, "Laptop", 1, 99999), reserved(4, "Tablet", 2, 29999)});
  EXPECT_EQ(lines[0].name, "Tablet");
  EXPECT_EQ(lines[0].unit_price, kit::Money(29999, USD));
  EXPECT_EQ(lines[1].name, "Laptop");
  EXPECT_EQ(total_of(lines), kit::Money(159997, USD));
}

TEST(Priced, FindsALineByItsName) {
  const auto lines = priced({named("tABLET", 1), named("laptop", 1)},
                            {reserved(1, "Laptop", 1, 99999), reserved(4, "Tablet", 1, 29999)});
  EXPECT_EQ(lines[0].product, contracts::ProductId{4});
  EXPECT_EQ(lines[1].product, contracts::ProductId{1});
  EXPECT_EQ(priced({named("ÄPFEL", 1)}, {reserved(9, "Äpfel", 1, 100)})[0].name, "Äpfel");
}

TEST(Priced, LinesOfOneProductShareItsReservation) {
  const auto lines = priced({known(4, 2), known(4, 3)}, {reserved(4, "Tablet", 5, 100)});
  EXPECT_EQ(total_of(lines), kit::Money(500, USD));
}

TEST(Priced, RefusesReservationsOfOtherProductsOrQuantities) {
  EXPECT_THROW(priced({known(4, 1)}, {reserved(5, "Headphones", 1, 100)}), std::runtime_error);
  EXPECT_THROW(priced({known(4, 2)}, {reserved(4, "Tablet", 1, 100)}), std::runtime_error);
  EXPECT_THROW(priced({known(4, 1)}, {reserved(4, "Tablet", 1, 100), reserved(5, "Headphones", 1, 100)}),
               std::runtime_error);
  EXPECT_THROW(priced({named("a", 1), named("b", 1)}, {reserved(4, "Tablet", 2, 100)}), std::runtime_error);
}

TEST(Total, NeedsPrices) {
  EXPECT_THROW(total_of({}), std::runtime_error);
  EXPECT_THROW(total_of({known(1, 1)}), std::runtime_error);
}

}  // namespace
}  // namespace order
