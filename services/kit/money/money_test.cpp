#include "services/kit/money/money.hpp"

#include <gtest/gtest.h>

namespace kit {
namespace {

using Json = nlohmann::json;
const Currency usd = *Currency::parse("USD");
const Currency yen = *Currency::parse("JPY");
const Currency dinar = *Currency::parse("KWD");

TEST(Currency, KnowsItsDecimals) {
  EXPECT_EQ(usd.decimals(), 2);
  EXPECT_EQ(yen.decimals(), 0);
  EXPECT_EQ(dinar.decimals(), 3);
  EXPECT_EQ(usd.code(), "USD");
}

TEST(Currency, RejectsUnknownCodes) {
  for (const auto* code : {"", "US", "usd", "USDX", "XXX", "D U"})
    EXPECT_FALSE(Currency::parse(code)) << code;
}

TEST(Money, ReadsDecimalsExactly) {
  EXPECT_EQ(Money::parse(Json::parse("999.99"), usd)->minor(), 99999);
  EXPECT_EQ(Money::parse(Json::parse("0.1"), usd)->minor(), 10);
  EXPECT_EQ(Money::parse(Json::parse("5"), usd)->minor(), 500);
  EXPECT_EQ(Money::parse(Json::parse("5.0"), usd)->minor(), 500);
  EXPECT_EQ(Money::parse(Json::parse("5"), yen)->minor(), 5);
  EXPECT_EQ(Money::parse(std::string_view("1.234"), dinar)->minor(), 1234);
  EXPECT_EQ(Money::parse(std::string_view("-1.5"), usd)->minor(), -150);
}

TEST(Money, EveryCentRoundTripsThroughANumber) {
  for (std::int64_t minor = 0; minor < 2'000'000; minor += 7) {
    const Money money(minor, usd);
    ASSERT_EQ(Money::parse(Json::parse(money.number().dump()), usd), money);
  }
}

TEST(Money, RejectsUnrepresentableAmounts) {
  for (const auto* text : {"1.999", "1e30", "1000000000000000000", "99999999999999.99"})
    EXPECT_FALSE(Money::parse(Json::parse(text), usd)) << text;
  for (const auto* text : {"", ".", "1.", ".5", "1,5", "--1", "1.5.", "0x1", " 1", "1e3"})
    EXPECT_FALSE(Money::parse(std::string_view(text), usd)) << text;
  EXPECT_FALSE(Money::parse(Json("5"), usd));
  EXPECT_FALSE(Money::parse(Json(1.5), yen));
}

TEST(Money, PrintsDecimals) {
  EXPECT_EQ(Money(99999, usd).decimal(), "999.99");
  EXPECT_EQ(Money(5, usd).decimal(), "0.05");
  EXPECT_EQ(Money(-150, usd).decimal(), "-1.50");
  EXPECT_EQ(Money(7, yen).decimal(), "7");
  EXPECT_EQ(Money(99999, usd).number().dump(), "999.99");
}

TEST(Money, RejectsMixedCurrenciesAndOverflow) {
  EXPECT_THROW(Money(1, usd) + Money(1, yen), std::logic_error);
  EXPECT_THROW(Money(std::numeric_limits<std::int64_t>::max(), usd) + Money(1, usd), std::overflow_error);
  EXPECT_THROW(Money(std::int64_t{1} << 62, usd) * 4, std::overflow_error);
  EXPECT_EQ((Money(250, usd) * 3 - Money(50, usd)).minor(), 700);
}

}  // namespace
}  // namespace kit
