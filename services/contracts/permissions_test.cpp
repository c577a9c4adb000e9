#include "services/contracts/permissions.hpp"

#include <set>

#include <gtest/gtest.h>

namespace contracts {
namespace {

using kit::access::Rule;
using kit::access::Who;

std::string name(const Rule& rule) {
  return std::string(rule.service) + " " + std::string(kit::http::to_string(rule.method)) + " " +
         std::string(rule.pattern);
}

TEST(Permissions, HaveOneRulePerRoute) {
  std::set<std::string> seen;
  for (const auto& rule : permissions()) EXPECT_TRUE(seen.insert(name(rule)).second) << name(rule);
}

TEST(Permissions, InternalRoutesListTheirCallers) {
  for (const auto& rule : permissions()) {
    const bool internal = rule.pattern.starts_with("/internal/");
    EXPECT_EQ(rule.who == Who::Caller, internal) << name(rule);
    EXPECT_EQ(!rule.callers.empty(), internal) << name(rule);
    EXPECT_FALSE(internal && rule.open) << name(rule);
  }
}

TEST(Permissions, OnlyTheShortPathsAreOpen) {
  for (const auto& rule : permissions()) {
    const bool is_short = rule.pattern.starts_with("/users") || rule.pattern.starts_with("/products") ||
                          rule.pattern.starts_with("/orders");
    EXPECT_EQ(rule.open, is_short) << name(rule);
    EXPECT_FALSE(is_short && rule.who == Who::Anyone) << name(rule);
  }
}

}  // namespace
}  // namespace contracts
