#include "services/user/accounts/account_requests.hpp"

#include "services/kit/error/testing.hpp"

#include <gtest/gtest.h>

namespace user {
namespace {

using kit::refused;
using Json = nlohmann::json;

std::string new_user(const Json& body) {
  return refused([&] { read_new_user(body); });
}

TEST(NewUser, IsAGuestWithoutAPassword) {
  const auto guest = read_new_user({{"name", "Charlie"}, {"email", "charlie@Example.COM"}});
  EXPECT_EQ(guest.name, "Charlie");
  EXPECT_EQ(guest.email, "charlie@example.com");
  EXPECT_FALSE(guest.password);
  EXPECT_EQ(read_new_user({{"name", "C"}, {"email", "c@x.org"}, {"password", "long enough"}}).password,
            "long enough");
}

TEST(NewUser, NamesEveryWrongField) {
  EXPECT_EQ(new_user(Json::array()), "body");
  EXPECT_EQ(new_user(Json::object()), "name,email");
  EXPECT_EQ(new_user({{"name", nullptr}, {"email", nullptr}}), "name,email");
  EXPECT_EQ(new_user({{"name", "  "}, {"email", "c@x.org"}}), "name");
  EXPECT_EQ(new_user({{"name", "Eve"}, {"email", "a@x.org, b@x.org"}}), "email");
  EXPECT_EQ(new_user({{"name", "Eve"}, {"email", "c@x.org"}, {"id", 1}, {"kind", "account"}}), "id,kind");
}

TEST(Registration, RefusesPasswordsThatAreEasilyGuessed) {
  const auto with = [](const Json& password) {
    return refused([&] {
      read_registration({{"name", "Eve"}, {"email", "eve@x.org"}, {"password", password}});
    });
  };
  EXPECT_EQ(with("correct horse"), "");
  EXPECT_EQ(with(std::string(128, 'x') + "y"), "password");
  EXPECT_EQ(with(std::string(127, 'x') + "y"), "");
  EXPECT_EQ(with("pässwörter"), "");
  EXPECT_EQ(refused([] { read_registration({{"name", "Eve"}, {"email", "eve@x.org"}}); }), "password");
  for (const Json& weak : {Json("short"), Json("PassWord"), Json("12345678"), Json("aaaaaaaaaa"),
                           Json("Eve@x.org"), Json("        "), Json(12345678), Json(nullptr)})
    EXPECT_EQ(with(weak), "password") << weak;
}

TEST(Credentials, AreCheckedForShapeOnly) {
  EXPECT_EQ(read_credentials({{"email", "x"}, {"password", "y"}}).password, "y");
  EXPECT_EQ(refused([] { read_credentials({{"email", 1}}); }), "email,password");
  EXPECT_EQ(refused([] {
              read_credentials({{"email", "x"}, {"password", std::string(129, 'y')}});
            }),
            "password");
  EXPECT_EQ(refused([] { read_credentials({{"email", "x"}, {"password", "y"}, {"otp", 1}}); }), "otp");
  EXPECT_EQ(refused([] { read_refresh_token({{"token", "x"}}); }), "refresh_token,token");
}

TEST(AccountRequests, AreRead) {
  const auto change = read_password_change({{"current_password", "x"}, {"password", "long enough"}});
  EXPECT_EQ(change.current_password, "x") << "stricter rules must lock nobody out";
  EXPECT_EQ(change.password, "long enough");
  EXPECT_EQ(read_password_reset({{"token", "t"}, {"password", "long enough"}}).token, "t");
  EXPECT_EQ(read_email({{"email", "Eve@Example.COM"}}), "Eve@example.com");
  EXPECT_EQ(read_mail_token({{"token", "t"}}), "t");
  EXPECT_EQ(read_role({{"role", "staff"}}), kit::identity::Role::Staff);
}

TEST(AccountRequests, NameEveryWrongField) {
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
  EXPECT_EQ(refused([] { read_mail_token({{"token", std::string(201, 'x')}}); }), "token");
  for (const Json& bad :
       {Json("owner"), Json("Admin"), Json(""), Json(1), Json(nullptr), Json::array({"admin"})})
    EXPECT_EQ(refused([&] { read_role({{"role", bad}}); }), "role") << bad;
}

}  // namespace
}  // namespace user
