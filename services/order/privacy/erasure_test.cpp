#include "services/order/privacy/erasure.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

TEST(Erasure, ReadsTheUserOfTheEvent) {
  kit::messaging::Event event;
  event.data = {{"user_id", 7}};
  EXPECT_EQ(user_of(event), kit::UserId{7});
  for (const char* bad : {"null", "[]", "{}", "7", R"({"user_id":"7"})", R"({"user_id":0})",
                          R"({"user_id":-1})", R"({"user_id":1.5})", R"({"user_id":null})"}) {
    event.data = nlohmann::json::parse(bad);
    EXPECT_THROW(user_of(event), kit::messaging::Unreadable) << bad;
  }
}

}  // namespace
}  // namespace order
