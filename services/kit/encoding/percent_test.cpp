#include "services/kit/encoding/percent.hpp"

#include <gtest/gtest.h>

namespace kit::http::percent {

TEST(Percent, DecodesEscapesAndUtf8) {
  EXPECT_EQ(decode("a%20b"), "a b");
  EXPECT_EQ(decode("caf%C3%A9"), "caf\u00e9");
  EXPECT_EQ(decode("%2F%2f"), "//");
  EXPECT_EQ(decode(""), "");
}

TEST(Percent, PlusIsSpaceOnlyInQueries) {
  EXPECT_EQ(decode("a+b"), "a+b");
  EXPECT_EQ(decode("a+b", true), "a b");
  EXPECT_EQ(decode("a%2Bb", true), "a+b");
}

TEST(Percent, RejectsInvalidText) {
  for (const char* bad :
       {"%", "%4", "%zz", "%4g", "a%", "%00", "a%00b", "%ff", "%C3", "%C0%AF", "%ED%A0%80", "%-1"})
    EXPECT_EQ(decode(bad), std::nullopt) << bad;
  EXPECT_EQ(decode(std::string_view("\0", 1)), std::nullopt);
}

TEST(Percent, EncodedTextRoundTrips) {
  const std::string text = "a/b c?&=%+\u00e9~-._";
  EXPECT_EQ(decode(encode(text)), text);
  EXPECT_EQ(encode("a b/c"), "a%20b%2Fc");
}

TEST(Percent, QueriesKeepOrderAndRepeats) {
  const Pairs expected = {{"a", "1"}, {"b", ""}, {"a", "2"}, {"c", "x=y"}, {"d e", " "}};
  EXPECT_EQ(parse_query("a=1&b&a=2&&c=x=y&d%20e=+"), expected);
  EXPECT_EQ(parse_query(""), Pairs{});
}

TEST(Percent, RejectsQueriesWithAMalformedPart) {
  EXPECT_EQ(parse_query("a=1&b=%zz"), std::nullopt);
  EXPECT_EQ(parse_query("%ff=1"), std::nullopt);
}

TEST(Percent, NamesTheMalformedParameter) {
  std::string name;
  EXPECT_FALSE(parse_query("a=1&q=%FF&b=%00", &name));
  EXPECT_EQ(name, "q");
  EXPECT_FALSE(parse_query("a=1&%FF=2", &name));
  EXPECT_EQ(name, "");
}

}  // namespace kit::http::percent
