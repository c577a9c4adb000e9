#include "operator/kube/object/quantity.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

TEST(Quantity, DifferentNotationsOfOneAmountAreEqual) {
  const std::pair<const char*, const char*> same[] = {
      {"1", "1000m"}, {"0.5", "500m"}, {"1Gi", "1024Mi"}, {"1.5Gi", "1536Mi"}, {"1k", "1000"},
      {"2e3", "2k"},  {"1E3", "1k"},   {"100u", "0.1m"},  {"0", "0Gi"},        {"-1", "-1000m"},
      {"+5", "5"},    {".5", "500m"},  {"1.", "1"},       {"1e-3", "1m"},      {"0.0000000001", "1n"}};
  for (const auto& [a, b] : same) {
    ASSERT_TRUE(Quantity::parse(a)) << a;
    EXPECT_EQ(Quantity::parse(a), Quantity::parse(b)) << a << " " << b;
  }
  EXPECT_LT(*Quantity::parse("1G"), *Quantity::parse("1Gi"));
  EXPECT_NE(Quantity::parse("1"), Quantity::parse("1m"));
}

TEST(Quantity, RefusesWhatIsNotAQuantity) {
  for (const char* text : {"", ".", "m", "1 Gi", "1gi", "1.2.3", "0x10", "1e", "1e999",
                           "99999999999999999999999999999", "9999999E", "Gi", "1K", "--1"}) {
    EXPECT_FALSE(Quantity::parse(text)) << text;
  }
}

TEST(Quantity, RoundsUpToWholeUnits) {
  EXPECT_EQ(Quantity::parse("1500m")->ceil(), 2);
  EXPECT_EQ(Quantity::parse("1Ki")->ceil(), 1024);
  EXPECT_EQ(Quantity::parse("-1500m")->ceil(), -1);
}

}  // namespace
}  // namespace kube
