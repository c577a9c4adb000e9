#include "services/user/users/user.hpp"

#include <gtest/gtest.h>

namespace user {
namespace {

TEST(AccountKey, IgnoresCaseAndRefusesNonAscii) {
  EXPECT_EQ(account_key("Eve@Example.com"), "eve@example.com");
  EXPECT_EQ(account_key("\xE2\x84\xAA@example.com"), "") << "the Kelvin sign is no k here";
}

}  // namespace
}  // namespace user
