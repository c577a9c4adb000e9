#include "operator/shop/commands/apply_dry_run.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using Json = nlohmann::json;

TEST(ThreeWayPatch, RemovesWhatWasAppliedBeforeAndIsNoLongerThere) {
  const auto before =
      R"({"spec":{"currency":"EUR","services":{"user":{"replicas":2},"order":{"replicas":3}},"a":[1]}})"_json;
  const auto file =
      R"({"spec":{"services":{"user":{"autoscaling":{"max":4}},"order":{"replicas":3}},"a":[]}})"_json;
  EXPECT_EQ(three_way_patch(before, file),
            R"({"spec":{"currency":null,"services":{"user":{"replicas":null,"autoscaling":{"max":4}},
                        "order":{"replicas":3}},"a":[]}})"_json);
  EXPECT_EQ(three_way_patch(Json::object(), file), file);
  EXPECT_EQ(three_way_patch(Json::parse("", nullptr, false), file), file);
}

}  // namespace
}  // namespace shop
