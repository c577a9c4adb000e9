#include "operator/kube/selector.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

const Labels kUser{{"app", "shop"}, {"tier", "user"}, {"app.kubernetes.io/name", "shop-user"}};

TEST(Selector, MatchesAsTheApiServerDoes) {
  for (const char* text :
       {"", "app=shop", "app==shop", "app", "!gone", "tier!=order", "gone!=x", "tier in (user, order)",
        "tier notin (order)", "gone notin (x)", "app.kubernetes.io/name=shop-user",
        "app=shop,tier in (user),!gone", " app = shop , tier "}) {
    EXPECT_TRUE(Selector::parse(text).matches(kUser)) << text;
  }
  for (const char* text : {"app=other", "gone", "!app", "tier!=user", "tier in (order)", "gone in (x)",
                           "tier notin (user)", "app=shop,tier=order", "app="}) {
    EXPECT_FALSE(Selector::parse(text).matches(kUser)) << text;
  }
}

TEST(Selector, ALabelMayBeginLikeAnOperator) {
  EXPECT_TRUE(Selector::parse("inside,tier").matches({{"inside", ""}, {"tier", "x"}}));
  EXPECT_TRUE(Selector::parse("in in (in)").matches({{"in", "in"}}));
}

TEST(Selector, SaysWhereItIsWrong) {
  for (const char* text : {",", "=a", "a=b c", "a in b", "a in (b", "a,,b", "a=b,", "!"}) {
    EXPECT_THROW(Selector::parse(text), std::invalid_argument) << text;
  }
}

TEST(Selector, TextOfLabels) { EXPECT_EQ(selector_text({{"b", "2"}, {"a", "1"}}), "a=1,b=2"); }

}  // namespace
}  // namespace kube
