#include "services/user/profile/profile.hpp"

#include "services/kit/error/testing.hpp"

#include <gtest/gtest.h>

namespace user {
namespace {

using kit::refused;
using Json = nlohmann::json;

TEST(ProfileChange, HasWhatIsToChangeOnly) {
  const auto none = read_profile_change(Json::object());
  EXPECT_FALSE(none.name || none.email);
  const auto both = read_profile_change({{"name", "Zoë"}, {"email", "Zoe@Example.COM"}});
  EXPECT_EQ(both.name, "Zoë");
  EXPECT_EQ(both.email, "Zoe@example.com");
}

TEST(ProfileChange, IsRefusedWithEveryWrongFieldNamed) {
  const auto wrong = [](const Json& body) { return refused([&] { read_profile_change(body); }); };
  EXPECT_EQ(wrong({{"name", ""}, {"email", "x"}}), "name,email");
  EXPECT_EQ(wrong({{"name", 5}, {"email", Json::array()}}), "name,email");
  EXPECT_EQ(wrong({{"name", "a\nb"}}), "name");
  EXPECT_EQ(wrong({{"name", std::string(201, 'x')}}), "name");
  EXPECT_EQ(wrong({{"role", "admin"}, {"id", 1}, {"password", "x"}}), "id,password,role");
  EXPECT_EQ(wrong(Json::array()), "body");
}

TEST(Erasure, TakesAPassword) {
  EXPECT_EQ(read_erasure({{"password", "x"}}), "x");
  EXPECT_EQ(refused([] { read_erasure(Json::object()); }), "password");
  EXPECT_EQ(refused([] { read_erasure({{"password", 5}}); }), "password");
  EXPECT_EQ(refused([] { read_erasure({{"password", "x"}, {"sure", true}}); }), "sure");
}

TEST(SameAddress, IsSoWhateverTheCase) {
  EXPECT_TRUE(same_address("Eve@x.org", "eVE@X.ORG"));
  EXPECT_FALSE(same_address("eve@x.org", "eve@x.or"));
}

}  // namespace
}  // namespace user
