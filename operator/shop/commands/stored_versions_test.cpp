#include "operator/shop/commands/stored_versions.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace nlohmann::literals;

TEST(StoredVersions, ComparesTheStorageVersionWithThePublishedHash) {
  // The hash is that which kube-apiserver publishes for apps/v1 Deployments.
  const auto crd =
      R"({"spec":{"group":"apps","names":{"plural":"deployments","kind":"Deployment"},"scope":"Namespaced",
    "versions":[{"name":"v1","storage":true},{"name":"v1beta1","storage":false}]}})"_json;
  const auto resources = [](const char* hash) {
    return nlohmann::json{
        {"resources",
         {{{"name", "deployments/status"}, {"kind", "Deployment"}},
          {{"name", "deployments"}, {"kind", "Deployment"}, {"storageVersionHash", hash}}}}};
  };
  EXPECT_TRUE(stores_in_storage_version(crd, resources("8aSe+NMegvE=")));
  EXPECT_FALSE(stores_in_storage_version(crd, resources("DqWvy/WpZ3w=")));
  EXPECT_FALSE(stores_in_storage_version(crd, R"({"resources":[]})"_json));
}

}  // namespace
}  // namespace shop
