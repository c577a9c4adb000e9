#include "services/kit/access/rules.hpp"

#include <gtest/gtest.h>

namespace kit::access {
namespace {

TEST(FindRule, MatchesServiceMethodAndPatternAndHeadFollowsGet) {
  constexpr Rule RULES[] = {{"user", http::Method::Post, "/users", Who::Staff},
                            {"user", http::Method::Get, "/users/{id}", Who::Customer, true}};
  const auto* rule = find_rule(RULES, "user", http::Method::Get, "/users/{id}");
  ASSERT_EQ(rule, &RULES[1]);
  EXPECT_EQ(find_rule(RULES, "user", http::Method::Head, "/users/{id}"), rule);
  EXPECT_FALSE(find_rule(RULES, "user", http::Method::Delete, "/users/{id}"));
  EXPECT_FALSE(find_rule(RULES, "order", http::Method::Get, "/users/{id}"));
  EXPECT_FALSE(find_rule(RULES, "user", http::Method::Get, "/users/1"));
}

}  // namespace
}  // namespace kit::access
