#include "tests/operator/api_fixture.hpp"

namespace kube {
namespace {

using testing::failure;
using ::testing::HasSubstr;

class ClientTest : public ApiTest {};

TEST_F(ClientTest, CreatesReadsChangesAndDeletes) {
  const Object created = api->create(types::config_map, config_map("a", "1"));
  EXPECT_FALSE(uid(created).empty());
  EXPECT_TRUE(failure([&] { api->create(types::config_map, config_map("a", "1")); }).already_exists());
  api->merge_patch(types::config_map, key("a"), {{"data", {{"key", "2"}, {"more", "x"}}}}, {});
  EXPECT_EQ(api->get(types::config_map, key("a"))->at("data"), Object({{"key", "2"}, {"more", "x"}}));
  EXPECT_TRUE(api->remove(types::config_map, key("a")));
  EXPECT_FALSE(api->remove(types::config_map, key("a")));
  EXPECT_FALSE(api->get(types::config_map, key("a")));
}

TEST_F(ClientTest, AnUpdateOfAnOldVersionIsAConflict) {
  const Object old = api->create(types::config_map, config_map("a", "1"));
  Object next = old;
  next["data"]["key"] = "2";
  api->update(types::config_map, next);
  EXPECT_TRUE(failure([&] { api->update(types::config_map, next); }).conflict());
}

// Bug 7: a stale read must not delete a successor of the same name.
TEST_F(ClientTest, Bug7DeletesOnlyTheObjectWithTheUid) {
  const Object first = api->create(types::config_map, config_map("a", "1"));
  api->remove(types::config_map, key("a"), uid(first));
  const Object second = api->create(types::config_map, config_map("a", "1"));
  EXPECT_TRUE(failure([&] { api->remove(types::config_map, key("a"), uid(first)); }).conflict());
  EXPECT_EQ(uid(*api->get(types::config_map, key("a"))), uid(second));
}

TEST_F(ClientTest, ListsPageByPageAndByLabel) {
  for (int i = 0; i < 7; ++i) {
    api->create(types::config_map,
                config_map("a" + std::to_string(i), "1", {{"odd", i % 2 == 1 ? "yes" : "no"}}));
  }
  const auto all = api->list(types::config_map, {.ns = ns, .label_selector = "odd", .page = 2});
  EXPECT_EQ(all.items.size(), 7u);
  EXPECT_EQ(all.items[0]["kind"], "ConfigMap");
  EXPECT_FALSE(all.resource_version.empty());
  EXPECT_EQ(api->list(types::config_map, {.ns = ns, .label_selector = "odd in (yes)"}).items.size(), 3u);
}

TEST_F(ClientTest, AppliesWithAManagerAndStoresNothingInADryRun) {
  api->apply(types::config_map, config_map("a", "1"), {.manager = "test", .dry_run = true});
  EXPECT_FALSE(api->get(types::config_map, key("a")));
  api->apply(types::config_map, config_map("a", "1"), {.manager = "test"});
  const Object object = *api->get(types::config_map, key("a"));
  EXPECT_EQ(object.at("metadata").at("managedFields")[0].at("manager"), "test");
}

TEST_F(ClientTest, WritesTheStatusAlone) {
  Object deployment = types::deployment.object(key("a"));
  deployment["spec"] = R"({"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{
    "metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}})"_json;
  api->create(types::deployment, deployment);
  const Object patch = {{"status", {{"observedGeneration", 1}}}, {"spec", {{"replicas", 9}}}};
  api->merge_patch(types::deployment, key("a"), patch, {.subresource = "status"});
  const Object after = *api->get(types::deployment, key("a"));
  EXPECT_EQ(after.at("status").at("observedGeneration"), 1);
  EXPECT_EQ(after.at("spec").at("replicas"), 1);
}

TEST_F(ClientTest, NamesTheInvalidField) {
  Object bad = types::service.object(key("a"));
  bad["spec"]["ports"] = {{{"port", 70'000}}};
  const auto error = failure([&] { api->apply(types::service, bad, {.manager = "test"}); });
  EXPECT_TRUE(error.invalid());
  EXPECT_THAT(error.what(), HasSubstr("spec.ports[0].port"));
}

TEST_F(ClientTest, ReadsTheServersMetadataPaths) {
  EXPECT_EQ(api->raw("/readyz"), "ok");
  EXPECT_EQ(api->raw("/.well-known/openid-configuration").at("issuer"),
            "https://kubernetes.default.svc.cluster.local");
  EXPECT_EQ(api->raw("/openid/v1/jwks").at("keys").size(), 1u);
  EXPECT_EQ(api->raw("/apis").at("kind"), "APIGroupList");
}

TEST_F(ClientTest, AuthenticatesWithATokenAndItsLimits) {
  Client token(load_config({}, "token"), {}, metrics);
  EXPECT_TRUE(token.get(types::namespace_, {"", ns}));
  Client viewer(load_config({}, "viewer"), {}, metrics);
  EXPECT_TRUE(failure([&] { viewer.get(types::secret, key("a")); }).forbidden());
}

TEST_F(ClientTest, RefusesAServerWithAnUnknownCertificate) {
  Config config = load_config({}, "token");
  config.ca = {};  // the system's authorities do not know it
  Client other(config, {.tries = 1}, metrics);
  EXPECT_TRUE(failure([&] { other.get(types::namespace_, {"", ns}); }).no_response());
  config = load_config({}, "token");
  config.server.replace(config.server.find("127.0.0.1"), 9, "127.0.0.2");  // not in its certificate
  Client misnamed(config, {.tries = 1}, metrics);
  EXPECT_THROW(misnamed.get(types::namespace_, {"", ns}), ApiError);
}

}  // namespace
}  // namespace kube
