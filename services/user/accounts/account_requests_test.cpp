#include "services/user/accounts/account_requests.hpp"

#include "services/kit/error/testing.hpp"

#include <gtest/gtest.h>

namespace user {
namespace {

using kit::refused;
using Json = nlohmann::json;

TEST(AccountRequests, AreTaken) {
  const auto change = read_password_change({{"current_password", "x"}, {"password", "long enough"}});
  EXPECT_EQ(change.current_password, "x") << "what was good once can be given always";
  EXPECT_EQ(change.password, "long enough");
  EXPECT_EQ(read_password_reset({{"token", "t"}, {"password", "long enough"}}).token, "t");
  EXPECT_EQ(read_email({{"email", "Eve@Example.COM"}}), "Eve@example.com");
  EXPECT_EQ(read_token({{"token", "t"}}), "t");
  EXPECT_EQ(read_role({{"role", "staff"}}), kit::identity::Role::Staff);
}

TEST(AccountRequests, AreRefusedWithEveryWrongFieldNamed) {
  EXPECT_EQ(refused([] { read_password_change(Json::object()); }), "current_password,password");
  EXPECT_EQ(refused([] {
              read_password_change({{"current_password", 1}, {"password", "short"}, {"user", 1}});
            }),
            "current_password,password,user");
  EXPECT_EQ(refused([] {
              read_password_reset({{"token", ""}, {"password", std::string(129, 'x')}});
            }),
            "token,password");
  EXPECT_EQ(refused([] { read_email({{"email", "eve"}}); }), "email");
  EXPECT_EQ(refused([] { read_email(Json::array()); }), "body");
  EXPECT_EQ(refused([] { read_token({{"token", std::string(201, 'x')}}); }), "token");
  for (const Json& bad :
       {Json("owner"), Json("Admin"), Json(""), Json(1), Json(nullptr), Json::array({"admin"})})
    EXPECT_EQ(refused([&] { read_role({{"role", bad}}); }), "role") << bad;
}

}  // namespace
}  // namespace user
