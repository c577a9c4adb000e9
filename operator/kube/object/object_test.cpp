#include "operator/kube/object/object.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

TEST(ResourceType, BuildsThePathsOfTheApi) {
  EXPECT_EQ(types::secret.list_path("shops"), "/api/v1/namespaces/shops/secrets");
  EXPECT_EQ(types::stateful_set.list_path(), "/apis/apps/v1/statefulsets");
  EXPECT_EQ(types::deployment.path({"shops", "shop-user"}, "status"),
            "/apis/apps/v1/namespaces/shops/deployments/shop-user/status");
  EXPECT_EQ(types::custom_resource_definition.path({"", "shops.shopkeeper.dev"}),
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/shops.shopkeeper.dev");
  EXPECT_EQ(types::job.resource(), "jobs.batch");
}

TEST(ResourceType, RefusesNamesThatWouldChangeThePath) {
  for (const char* name : {"", "..", ".", "a/b", "a?b", "a%2fb", "a b", "a\n"}) {
    EXPECT_THROW(types::secret.path({"shops", name}), std::invalid_argument) << name;
  }
  EXPECT_THROW(types::secret.path({"", "shop"}), std::invalid_argument);
  EXPECT_THROW(types::secret.list_path("a/../b"), std::invalid_argument);
}

TEST(Metadata, ReadsMalformedObjectsWithoutThrowing) {
  const Object odd[] = {
      nullptr,
      7,
      "text",
      Object::array({1}),
      {{"metadata", 7}},
      {{"metadata", {{"name", 7}}}},
      {{"metadata", {{"labels", "x"}, {"annotations", {{"a", 1}}}, {"ownerReferences", {7, nullptr}}}}}};
  for (const auto& object : odd) {
    EXPECT_EQ(name(object), "");
    EXPECT_EQ(generation(object), 0);
    EXPECT_TRUE(labels(object).empty());
    EXPECT_EQ(annotation(object, "a"), "");
    EXPECT_FALSE(controller_of(object));
    EXPECT_EQ(text_at(object, "/status/conditions/x"), "");
    Object copy = object;
    strip(copy);
  }
  EXPECT_EQ(text_at({{"status", {1, 2}}}, "/status/x/y"), "");
}

TEST(Metadata, WritesAndFindsOwnerReferences) {
  const Object owner = {{"apiVersion", "shopkeeper.dev/v1alpha1"},
                        {"kind", "Shop"},
                        {"metadata", {{"name", "shop"}, {"namespace", "shops"}, {"uid", "u-1"}}}};
  Object child = types::secret.object({"shops", "shop-keys"});
  child["metadata"]["ownerReferences"] = {{{"kind", "Other"}, {"uid", "u-0"}}, owner_reference(owner)};
  const auto found = controller_of(child);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "shop");
  EXPECT_EQ(found->uid, "u-1");
  EXPECT_THROW(owner_reference(child), std::invalid_argument);
}

TEST(Metadata, StripRemovesOnlyWhatTakesMemory) {
  Object object = types::secret.object({"shops", "a"});
  const Object before = object;
  object["metadata"]["managedFields"] = {{{"manager", "x"}}};
  object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = "{}";
  object["metadata"]["annotations"]["a"] = "b";
  strip(object);
  EXPECT_FALSE(object["metadata"].contains("managedFields"));
  EXPECT_EQ(object["metadata"]["annotations"], Object({{"a", "b"}}));
}

TEST(Base64Decode, AllowsWhiteSpaceOnlyAtTheEnd) {
  EXPECT_EQ(base64_decode("YQ==\n"), "a");
  EXPECT_EQ(base64_decode("AP8K"), std::string("\0\xff\n", 3));
  EXPECT_EQ(base64_decode(""), "");
  for (const char* text : {"YQ=", "YQ", "Y===", "Y!==", "YQ==YQ==", "  YQ=="}) {
    EXPECT_THROW(base64_decode(text), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace kube
