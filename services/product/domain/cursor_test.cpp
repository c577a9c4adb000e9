#include "services/product/domain/cursor.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace product {
namespace {

TEST(Cursor, ComesBackAsItWent) {
  for (const std::int64_t id : {1L, 9L, 10L, 50L, 123456789L, std::numeric_limits<std::int64_t>::max()}) {
    const auto text = encode_cursor(kit::ProductId{id});
    ASSERT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    ASSERT_EQ(decode_cursor(text), kit::ProductId{id}) << text;
  }
}

TEST(Cursor, RefusesWhatItDidNotMake) {
  for (const std::string_view text : {"", "7", "aWQ6", "aWQ6MA", "aWQ6LTE", "aWQ6MDE", "aWQ6MQ==", "aWQ6MR",
                                      "x x", "%00", "aWQ6OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ"})
    EXPECT_FALSE(decode_cursor(text)) << text;
  EXPECT_FALSE(decode_cursor(std::string(1000, 'A')));
}

}  // namespace
}  // namespace product
