#include "operator/kube/apply/apply.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

/// An API server that stores what is applied after `admit` has changed it, and counts.
class FakeApi final : public Api {
 public:
  std::optional<Object> get(const ResourceType&, const Key&) override { return live; }
  List list(const ResourceType&, const ListOptions&) override { return {}; }
  Object create(const ResourceType&, const Object& object) override { return object; }
  Object update(const ResourceType&, const Object& object) override { return object; }
  Object apply(const ResourceType&, const Object& object, const ApplyOptions& options) override {
    ++applies;
    Object out = object;
    out["metadata"]["uid"] = "u-1";
    admit(out);
    out["metadata"]["resourceVersion"] = std::to_string(++version);
    if (!options.dry_run) live = out;
    return out;
  }
  Object merge_patch(const ResourceType&, const Key&, const Object& patch, const PatchOptions&) override {
    return patch;
  }
  bool remove(const ResourceType&, const Key&, const std::string&) override { return true; }
  Object raw(const std::string&) override { return nullptr; }

  std::function<void(Object&)> admit = [](Object&) {};
  Object live;
  int applies = 0;
  int version = 0;
};

Object config_map(const char* value) {
  Object out = types::config_map.object({"shops", "shop"});
  out["data"]["key"] = value;
  return out;
}

class ApplierTest : public testing::Test {
 protected:
  Applied apply(const Object& desired) {
    return applier.apply(types::config_map, desired, api.live.is_null() ? nullptr : &api.live);
  }
  FakeApi api;
  Applier applier{api, {.manager = "test", .annotation = "shopkeeper.dev/applied"}};
};

TEST_F(ApplierTest, CorrectsDriftAndReportsIt) {
  apply(config_map("a"));
  api.live["data"]["key"] = "by hand";
  api.live["metadata"]["resourceVersion"] = "by hand";
  const auto applied = apply(config_map("a"));
  EXPECT_EQ(applied.action, Applied::Action::Changed);
  ASSERT_EQ(applied.drift.size(), 1u);
  EXPECT_EQ(applied.drift[0].path, "data.key");
  EXPECT_EQ(api.live["data"]["key"], "a");
}

// Bug 5: what a webhook, or a normal form unknown to us, makes of a field must not be written against for
// ever.
TEST_F(ApplierTest, Bug5WritesAFieldThatTheServerChangesBackOnce) {
  api.admit = [](Object& object) { object["data"]["key"] = "the webhook's"; };
  apply(config_map("a"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(apply(config_map("a")).action, Applied::Action::Unchanged);
  EXPECT_EQ(api.applies, 1);
  // But a third value is drift again,
  api.live["data"]["key"] = "by hand";
  api.live["metadata"]["resourceVersion"] = "by hand";
  EXPECT_EQ(apply(config_map("a")).action, Applied::Action::Changed);
  // and so is another desired value.
  EXPECT_EQ(apply(config_map("b")).action, Applied::Action::Changed);
  EXPECT_EQ(api.applies, 3);
}

TEST_F(ApplierTest, AStaleCacheCausesNoSecondWrite) {
  apply(config_map("a"));
  const Object stale = api.live;
  apply(config_map("b"));
  EXPECT_EQ(applier.apply(types::config_map, config_map("b"), &stale).action, Applied::Action::Unchanged);
  EXPECT_EQ(api.applies, 2);
}

TEST_F(ApplierTest, PlanReportsChangesAndRemovals) {
  Object desired = config_map("a");
  desired["data"]["more"] = "b";
  apply(desired);
  const auto plan = applier.plan(types::config_map, config_map("c"), &api.live);
  EXPECT_EQ(plan.action, Applied::Action::Changed);
  std::vector<std::string> paths;
  for (const auto& difference : plan.drift) paths.push_back(difference.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"data.key", "metadata.annotations.shopkeeper.dev/applied",
                                             "data.more"}));
  EXPECT_EQ(api.live["data"]["key"], "a");
}

}  // namespace
}  // namespace kube
