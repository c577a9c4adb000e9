#include "operator/shop/desired/config_keys.hpp"

#include "operator/shop/desired/parts.hpp"
#include "operator/shop/testing/inputs.hpp"
#include "services/kit/json/yaml.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

const std::vector<ConfigKey> example{
    {"http.port", {0, 1, 0}}, {"http.new", {0, 3, 0}}, {"later.key", {0, 3, 1}}};
const Json written = R"({"http":{"port":8080,"new":true},"later":{"key":1}})"_json;

TEST(KnownConfig, LeavesOutWhatAnEarlierVersionDoesNotKnow) {
  EXPECT_EQ(known_config(written, "0.2.9", example), R"({"http":{"port":8080}})"_json);
  EXPECT_EQ(known_config(written, "v0.3.0-rc1", example), R"({"http":{"port":8080,"new":true}})"_json);
  EXPECT_EQ(known_config(written, "0.3.1", example), written);
  EXPECT_EQ(known_config(written, "1", example), written);
  EXPECT_EQ(known_config(written, "edge", example), written) << "taken for the operator's own version";
}

void add_paths(const Json& map, const std::string& prefix, std::set<std::string>& paths) {
  for (const auto& [name, value] : map.items())
    value.is_object() ? add_paths(value, prefix + name + ".", paths) : void(paths.insert(prefix + name));
}

TEST(ConfigKeys, AreExactlyThoseThatTheOperatorWrites) {
  const auto in = inputs(R"({"email":{"host":"smtp","from":"a@b.c"},"payments":{"provider":"sandbox"},
                             "gateway":{"host":"shop.example.com"}})"_json);
  std::set<std::string> paths, listed;
  for (auto service : all_services) {
    const auto text = desired::service_config(in, service).object["data"]["config.yaml"].get<std::string>();
    add_paths(kit::json::parse_yaml(text, "config").at(0), "", paths);
  }
  for (const auto& key : config_keys()) listed.insert(key.path);
  EXPECT_EQ(paths, listed) << "a key needs the version since which services know it";
}

TEST(ServiceConfig, HasANameOfItsContentSoThatRunningPodsKeepTheirs) {
  const auto name = [](const Inputs& in) {
    return kube::name(desired::service_config(in, Service::User).object);
  };
  const auto in = inputs();
  const auto changed = inputs({{"access", "Open"}});
  EXPECT_NE(name(in), name(changed));
  EXPECT_EQ(name(in), name(inputs({{"version", "2.0"}}))) << "the same content";
  EXPECT_EQ(desired::service_config(in, Service::User).object["immutable"], true);
  const auto volume = named(desired::service_pod(changed, Service::User, "serve")["volumes"], "config");
  EXPECT_EQ(volume["configMap"]["name"], name(changed));
  const auto job = desired::migration_job(in, Service::User).object;
  const auto later = desired::migration_job(changed, Service::User).object;
  EXPECT_EQ(kube::name(job), kube::name(later)) << "another setting needs no migration";
  EXPECT_EQ(named(pod_of(later)["volumes"], "config")["configMap"]["name"], name(changed));
}

TEST(VersionSupport, IsTheOwnMinorVersionAndTheOneBefore) {
  const auto reason = [](const char* version) { return version_support(version, "0.4.2").reason; };
  for (const char* version : {"0.4.2", "0.4.9-abc", "0.3.0", "v0.3.1"})
    EXPECT_EQ(reason(version), "Supported") << version;
  for (const char* version : {"0.5.0", "1.0"}) EXPECT_EQ(reason(version), "NewerThanOperator") << version;
  for (const char* version : {"0.2.9", "0.1.0"}) EXPECT_EQ(reason(version), "TooOld") << version;
  EXPECT_EQ(reason("edge"), "NoNumber");
  EXPECT_TRUE(version_support("edge", "0.4.2").supported);
}

}  // namespace
}  // namespace shop
