#include "services/user/profile/profile.hpp"

#include "services/kit/error/testing.hpp"

#include <gtest/gtest.h>

namespace user {
namespace {

using kit::refused;
using Json = nlohmann::json;

TEST(ProfileChange, HasOnlyTheGivenFields) {
  const auto none = read_profile_change(Json::object());
  EXPECT_FALSE(none.name || none.email);
  const auto both = read_profile_change({{"name", "Zoë"}, {"email", "Zoe@Example.COM"}});
  EXPECT_EQ(both.name, "Zoë");
  EXPECT_EQ(both.email, "Zoe@example.com");
}

TEST(ProfileChange, NamesEveryWrongField) {
  const auto wrong = [](const Json& body) { return refused([&] { read_profile_change(body); }); };
  EXPECT_EQ(wrong({{"name", ""}, {"email", "x"}}), "name,email");
  EXPECT_EQ(wrong({{"name", 5}, {"email", Json::array()}}), "name,email");
  EXPECT_EQ(wrong({{"name", "a\nb"}}), "name");
  EXPECT_EQ(wrong({{"name", std::string(201, 'x')}}), "name");
  EXPECT_EQ(wrong({{"role", "admin"}, {"id", 1}, {"password", "x"}}), "id,password,role");
  EXPECT_EQ(wrong(Json::array()), "body");
}

}  // namespace
}  // namespace user
