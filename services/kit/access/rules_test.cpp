#include "services/kit/access/rules.hpp"

#include <set>

#include <gtest/gtest.h>

namespace kit::access {
namespace {

std::string name(const Rule& rule) {
  return std::string(rule.service) + " " + std::string(http::to_string(rule.method)) + " " +
         std::string(rule.pattern);
}

TEST(Rules, AreOnePerRoute) {
  std::set<std::string> seen;
  for (const auto& rule : rules()) EXPECT_TRUE(seen.insert(name(rule)).second) << name(rule);
}

TEST(Rules, OfInternalRoutesNameTheirCallers) {
  for (const auto& rule : rules()) {
    const bool internal = rule.pattern.starts_with("/internal/");
    EXPECT_EQ(rule.who == Who::Caller, internal) << name(rule);
    EXPECT_EQ(!rule.callers.empty(), internal) << name(rule);
    EXPECT_FALSE(internal && rule.open) << name(rule);
  }
}

TEST(Rules, OpenExactlyTheShortPaths) {
  for (const auto& rule : rules()) {
    const bool is_short = rule.pattern.starts_with("/users") || rule.pattern.starts_with("/products") ||
                          rule.pattern.starts_with("/orders");
    EXPECT_EQ(rule.open, is_short) << name(rule);
    EXPECT_FALSE(is_short && rule.who == Who::Anyone) << name(rule);
  }
}

TEST(Rules, AreFoundByRouteAndHeadFollowsGet) {
  const auto* rule = find_rule("user", http::Method::Get, "/users/{id}");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->who, Who::Customer);
  EXPECT_EQ(find_rule("user", http::Method::Head, "/users/{id}"), rule);
  EXPECT_FALSE(find_rule("user", http::Method::Delete, "/users/{id}"));
  EXPECT_FALSE(find_rule("order", http::Method::Get, "/users/{id}"));
  EXPECT_FALSE(find_rule("user", http::Method::Get, "/users/1"));
}

}  // namespace
}  // namespace kit::access
