#include "services/user/throttle/throttle.hpp"

#include <set>

#include <gtest/gtest.h>

namespace user::throttle {
namespace {

TEST(Throttle, TreatsAnIPv6NetworkAsOneClient) {
  EXPECT_EQ(client_of("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(client_of("::ffff:10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(client_of("2001:db8:1:2:3:4:5:6"), client_of("2001:db8:1:2::1"));
  EXPECT_NE(client_of("2001:db8:1:2::1"), client_of("2001:db8:1:3::1"));
  EXPECT_EQ(client_of("what a proxy says"), "what a proxy says");
  EXPECT_EQ(client_of(std::string(500, 'x')).size(), 64u);
}

TEST(Throttle, IgnoresTheCaseOfAnAccountsAddress) {
  EXPECT_EQ(login("EVE@x.org", "1.1.1.1").charges.at(2).key, login("eve@X.org", "2.2.2.2").charges.at(2).key);
}

TEST(Throttle, HasABudgetForEachKindOfAttempt) {
  const auto login_ = login("eve@x.org", "1.1.1.1");
  std::set<std::string> keys{login_.known_key};
  for (const auto& charges :
       {login_.charges, registration("eve@x.org", "1.1.1.1"), mail_request("reset", "eve@x.org", "1.1.1.1"),
        mail_request("resend", "eve@x.org", "1.1.1.1"), wrong_token("1.1.1.1"),
        wrong_password(kit::UserId{1}, "s"), mail_to("reset", "eve@x.org"), mail_to("resend", "eve@x.org")})
    for (const auto& charge : charges) {
      EXPECT_TRUE(keys.insert(charge.key).second);
      EXPECT_EQ(charge.key.size(), 64u) << "a hash";
      EXPECT_GE(charge.budget.capacity, 3);
      EXPECT_GT(charge.budget.per_second, 0);
    }
}

TEST(Throttle, AllowsAClientMoreThanOneAccount) {
  const auto charges = login("eve@x.org", "1.1.1.1").charges;
  EXPECT_GE(charges.at(1).budget.capacity, 20 * charges.at(0).budget.capacity);
}

}  // namespace
}  // namespace user::throttle
