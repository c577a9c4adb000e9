#include "services/user/privacy/erasure_routes.hpp"

#include "services/kit/error/testing.hpp"

#include <gtest/gtest.h>

namespace user {
namespace {

using kit::refused;
using Json = nlohmann::json;

TEST(Erasure, RequiresThePassword) {
  EXPECT_EQ(read_erasure({{"password", "x"}}), "x");
  EXPECT_EQ(refused([] { read_erasure(Json::object()); }), "password");
  EXPECT_EQ(refused([] { read_erasure({{"password", 5}}); }), "password");
  EXPECT_EQ(refused([] { read_erasure({{"password", "x"}, {"sure", true}}); }), "sure");
}

}  // namespace
}  // namespace user
