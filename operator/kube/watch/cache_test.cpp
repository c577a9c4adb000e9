#include "operator/kube/watch/cache.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

Object object(const char* ns, const char* name, const char* version, const char* tier = "x") {
  Object out = types::deployment.object({ns, name});
  out["metadata"].update({{"resourceVersion", version}, {"uid", std::string("u-") + name}});
  out["metadata"]["labels"]["tier"] = tier;
  out["metadata"]["managedFields"] = Object::array({1});
  return out;
}

Object child_of(const char* owner, const char* name, const char* version) {
  Object out = object("a", name, version);
  out["metadata"]["ownerReferences"] = {
      {{"uid", owner}, {"controller", true}, {"kind", "Shop"}, {"name", "s"}, {"apiVersion", "x/v1"}}};
  return out;
}

class CacheTest : public testing::Test {
 protected:
  void SetUp() override {
    cache.subscribe([this](const Change& change) {
      seen.push_back((change.before ? (change.now ? "~" : "-") : "+") + name(change.object()));
    });
  }
  void replace(const std::vector<Object>& objects) {
    cache.begin_list();
    for (const auto& each : objects) cache.add_listed(each);
    cache.end_list();
  }
  Cache cache;
  std::vector<std::string> seen;
};

TEST_F(CacheTest, NotifiesOfWhatARelistChanged) {
  EXPECT_FALSE(cache.synced());
  replace({object("a", "one", "1"), object("a", "two", "1"), object("b", "three", "1")});
  EXPECT_TRUE(cache.wait_synced(std::chrono::milliseconds(0)));
  seen.clear();
  replace({object("a", "one", "1"), object("a", "two", "2"), object("a", "four", "2")});
  EXPECT_EQ(seen, (std::vector<std::string>{"~two", "+four", "-three"}));
  EXPECT_EQ(cache.list().size(), 3u);
}

TEST_F(CacheTest, ListsByNamespaceAndLabelsSorted) {
  replace({object("a", "two", "1", "y"), object("b", "three", "1"), object("a", "one", "1")});
  const auto in_a = cache.list("a");
  ASSERT_EQ(in_a.size(), 2u);
  EXPECT_EQ(name(*in_a[0]), "one");
  EXPECT_EQ(cache.list({}, {{"tier", "x"}}).size(), 2u);
  EXPECT_EQ(cache.list("a", {{"tier", "x"}}).size(), 1u);
  EXPECT_TRUE(cache.list("nowhere").empty());
}

TEST_F(CacheTest, DropsManagedFields) {
  cache.put(object("a", "one", "1"));
  EXPECT_FALSE(cache.get({"a", "one"})->at("metadata").contains("managedFields"));
  cache.erase({"a", "one"});
  EXPECT_EQ(cache.get({"a", "one"}), nullptr);
  cache.erase({"a", "one"});
  EXPECT_EQ(seen, (std::vector<std::string>{"+one", "-one"}));
}

TEST_F(CacheTest, FindsObjectsByTheirController) {
  cache.put(child_of("owner", "one", "1"));
  cache.put(object("a", "two", "1"));
  EXPECT_EQ(cache.indexed("owner").size(), 1u);
}

TEST_F(CacheTest, FollowsAnObjectThatGetsAnotherController) {
  cache.put(child_of("first", "one", "1"));
  cache.put(child_of("first", "two", "1"));
  cache.put(child_of("second", "one", "2"));
  ASSERT_EQ(cache.indexed("first").size(), 1u);
  EXPECT_EQ(name(*cache.indexed("first")[0]), "two");
  EXPECT_EQ(cache.indexed("second").size(), 1u);
  cache.erase({"a", "one"});
  EXPECT_TRUE(cache.indexed("second").empty());
  cache.put(object("a", "two", "3"));
  EXPECT_TRUE(cache.indexed("first").empty());
}

TEST_F(CacheTest, ReturnsObjectsAsTheyWereStored) {
  std::vector<Object> stored;
  for (int i = 0; i < 300; ++i) {
    Object each = object("a", ("object-" + std::to_string(i)).c_str(), std::to_string(i).c_str());
    each["spec"] = {{"number", i},
                    {"text", std::string(static_cast<std::size_t>(i) * 7, 'x')},
                    {"list", {1.5, true, nullptr}}};
    cache.put(each);
    each["metadata"].erase("managedFields");
    stored.push_back(std::move(each));
  }
  for (const auto& each : stored) ASSERT_EQ(*cache.get(key(each)), each);
  EXPECT_EQ(cache.size(), stored.size());
}

TEST_F(CacheTest, AnInterruptedListThatBeginsAgainLosesNothing) {
  cache.begin_list();
  cache.add_listed(object("a", "one", "1"));
  replace({object("a", "one", "1"), object("a", "two", "1")});
  EXPECT_EQ(seen, (std::vector<std::string>{"+one", "+two"}));
}

TEST(Cache, StoresWhatTheTransformLeaves) {
  Cache cache({.transform = [](Object& object) { object.erase("spec"); }});
  Object with_spec = object("a", "one", "1");
  with_spec["spec"] = {{"replicas", 1}};
  cache.put(with_spec);
  EXPECT_FALSE(cache.get({"a", "one"})->contains("spec"));
}

// Bug 4: a status write that triggers the next reconcile, endlessly.
TEST(Change, Bug4IgnoresAStatusWrite) {
  const auto before = std::make_shared<const Object>(object("a", "one", "1"));
  Object status = *before;
  status["status"] = {{"ready", true}};
  status["metadata"]["resourceVersion"] = "2";
  EXPECT_FALSE((Change{before, std::make_shared<const Object>(status)}.beyond_status()));
  Object spec = *before;
  spec["spec"] = {{"paused", true}};
  spec["metadata"]["resourceVersion"] = "2";
  EXPECT_TRUE((Change{before, std::make_shared<const Object>(spec)}.beyond_status()));
  Object going = *before;
  going["metadata"].update({{"deletionTimestamp", "2026-01-01T00:00:00Z"}, {"resourceVersion", "2"}});
  EXPECT_TRUE((Change{before, std::make_shared<const Object>(going)}.beyond_status()));
  EXPECT_TRUE((Change{nullptr, before}.beyond_status()));
  EXPECT_TRUE((Change{before, nullptr}.beyond_status()));
}

}  // namespace
}  // namespace kube
