#include "services/kit/encoding/base64.hpp"

#include <gtest/gtest.h>

namespace kit {
namespace {

TEST(Base64, EncodesAndDecodesStrictly) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("a"), "YQ==");
  EXPECT_EQ(base64(std::string_view("\0\xff\n", 3)), "AP8K");
  EXPECT_EQ(from_base64("YQ=="), "a");
  EXPECT_EQ(from_base64("AP8K"), std::string("\0\xff\n", 3));
  EXPECT_EQ(from_base64(""), "");
  for (const char* wrong : {"YQ=", "YQ", "Y===", "Y!==", "YQ==YQ==", "  YQ==", "YQ==\n", "YR==", "-_8="})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
}

TEST(Base64url, EncodesAndDecodesStrictly) {
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  EXPECT_EQ(from_base64url(""), "");
  for (const char* wrong : {"-_8=", "+/8", "-_9", "a", "-_8 ", "-\n_8"})
    EXPECT_FALSE(from_base64url(wrong)) << wrong;
}

}  // namespace
}  // namespace kit
