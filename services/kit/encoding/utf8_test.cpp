#include "services/kit/encoding/utf8.hpp"

#include <gtest/gtest.h>

namespace kit {
namespace {

TEST(ValidUtf8, FollowsTheStandard) {
  for (const char* good : {"", "abc", "ä", "€", "😀", "\xEF\xBF\xBD"}) EXPECT_TRUE(valid_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(valid_utf8(bad));
  }
}

TEST(Utf8, IsReadAndWrittenByCodePoints) {
  const std::string text = "aä€😀";
  EXPECT_EQ(count_code_points(text), 4U);
  EXPECT_EQ(from_utf8(text), U"aä€😀");
  std::string again;
  for (const char32_t point : from_utf8(text)) append_utf8(again, point);
  EXPECT_EQ(again, text);
}

}  // namespace
}  // namespace kit
