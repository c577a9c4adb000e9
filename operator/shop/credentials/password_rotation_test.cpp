#include "operator/shop/credentials/password_rotation.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

Passwords first_passwords() {
  Passwords result;
  for (const auto& name : password_names()) result[name] = "first-" + name;
  return result;
}

RotationView view(const std::string& request, bool switched = false, bool replaced = false) {
  return {request, 1000, [=] { return switched; },
          [=](std::int64_t since) { return replaced && since == 1000; }};
}

TEST(PasswordRotation, GoesThroughItsStepsAndDisablesTheFormerRoleLast) {
  auto passwords = first_passwords();
  EXPECT_EQ(login_role(passwords, Service::User), "shopkeeper_user");
  EXPECT_EQ(rotated_passwords(passwords, view("")), passwords) << "nothing was asked for";
  passwords = rotated_passwords(passwords, view("one"));
  EXPECT_EQ(login_role(passwords, Service::User), "shopkeeper_user_b");
  EXPECT_NE(login_password(passwords, Service::User), "first-user-b");
  EXPECT_EQ(passwords["user"], "first-user") << "pods still use it";
  EXPECT_EQ(rotated_passwords(passwords, view("two")), passwords) << "one at a time";
  passwords = rotated_passwords(passwords, view("one", true));
  EXPECT_EQ(passwords["switched-at"], "1000");
  EXPECT_EQ(rotated_passwords(passwords, view("one", true)), passwords) << "old pods";
  const auto in_use = login_password(passwords, Service::User);
  passwords = rotated_passwords(passwords, view("one", true, true));
  EXPECT_NE(passwords["user"], "first-user");
  EXPECT_EQ(login_password(passwords, Service::User), in_use);
  EXPECT_EQ(rotated_passwords(passwords, view("one", true, true)), passwords) << "done";
  passwords = rotated_passwords(passwords, view("two"));
  EXPECT_EQ(login_role(passwords, Service::User), "shopkeeper_user");
  EXPECT_EQ(passwords["postgres"], "first-postgres");
}

}  // namespace
}  // namespace shop
