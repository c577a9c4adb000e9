// What holds for every object of a Shop.
#include "operator/shop/desired/parts.hpp"
#include "operator/shop/testing/inputs.hpp"

#include <set>

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

const Json everything = R"({
  "image": {"pullSecrets": ["registry"]},
  "services": {"user": {"replicas": 2}, "product": {"autoscaling": {"min": 2, "max": 5, "cpu": 60}}},
  "gateway": {"host": "shop.example.com", "tls": {"issuer": "letsencrypt"}},
  "email": {"host": "smtp", "from": "a@b", "secret": "mail"}, "networkPolicy": true, "sampleData": true})"_json;

std::vector<DesiredObject> all(const Inputs& in) {
  using namespace desired;
  std::vector<DesiredObject> result{passwords(in, in.passwords),
                                    signing_keys(in, in.signing_keys),
                                    public_keys(in),
                                    issuer_keys(in),
                                    messaging_secret(in),
                                    rabbitmq(in),
                                    rabbitmq_service(in),
                                    rabbitmq_pods_service(in),
                                    rabbitmq_config(in),
                                    rabbitmq_definitions(in),
                                    ingress(in),
                                    http_route(in),
                                    pod_monitor(in)};
  for (auto& each : network_policies(in)) result.push_back(std::move(each));
  for (const auto& server : database_servers(in))
    for (const auto make :
         {postgres, postgres_service, postgres_pods_service, databases_script, databases_job})
      result.push_back(make(in, server));
  for (auto each : all_services)
    for (const auto make : {database_secret, service_config, service_account, migration_job, sample_data_job,
                            deployment, service, disruption_budget})
      result.push_back(make(in, each));
  result.push_back(autoscaler(in, Service::Product));
  return result;
}

TEST(EveryObject, IsOwnedLabelledAndInTheShopsNamespace) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& [type, object] : all(inputs(everything))) {
    SCOPED_TRACE(object.dump());
    EXPECT_EQ(object.at("apiVersion"), type.api_version());
    EXPECT_EQ(object.at("kind"), type.kind);
    EXPECT_EQ(kube::namespace_of(object), "shops");
    EXPECT_EQ(kube::name(object).rfind("shop", 0), 0u);
    EXPECT_LE(kube::name(object).size(), 63u);
    auto owner = kube::controller_of(object);
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->uid, "uid-of-shop");
    auto labels = kube::labels(object);
    EXPECT_EQ(labels["app.kubernetes.io/managed-by"], "shopkeeper-operator");
    EXPECT_EQ(labels["app.kubernetes.io/part-of"], "shopkeeper");
    EXPECT_EQ(labels["app.kubernetes.io/instance"], "shop");
    const auto component = labels["app.kubernetes.io/component"];
    EXPECT_EQ(labels["app.kubernetes.io/version"],
              component.starts_with("postgres")   ? default_postgres_version()
              : component.starts_with("rabbitmq") ? default_rabbitmq_version()
                                                  : "1.2.3");
    EXPECT_TRUE(labels.contains("app.kubernetes.io/name") && labels.contains("app.kubernetes.io/component"));
    EXPECT_TRUE(seen.insert({type.kind, kube::name(object)}).second) << "two objects of one name";
  }
}

TEST(EveryObject, DependsOnTheInputsOnly) {
  auto first = all(inputs(everything));
  auto second = all(inputs(everything));
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].object, second[i].object);
}

TEST(EveryObject, KeepsNameLimitsWithTheLongestShopName) {
  auto in = inputs(everything);
  in.names.shop = std::string(24, 'a');
  in.spec.database->topology = Topology::PerService;
  for (const auto& [type, object] : all(in)) {
    EXPECT_LE(kube::name(object).size(), 63u) << kube::name(object);
    // Pods have a label of the name and ten more characters.
    if (type.kind == "StatefulSet") {
      EXPECT_LE(kube::name(object).size(), 52u) << kube::name(object);
    }
  }
}

void expect_restricted(const Json& pod) {
  EXPECT_EQ(pod.at("automountServiceAccountToken"), false);
  const auto& security = pod.at("securityContext");
  EXPECT_EQ(security.at("runAsNonRoot"), true);
  EXPECT_GT(security.at("runAsUser"), 0);
  EXPECT_EQ(security.at("seccompProfile").at("type"), "RuntimeDefault");
  EXPECT_EQ(pod.at("imagePullSecrets"), R"([{"name":"registry"}])"_json);
  auto containers = pod.at("containers");
  if (pod.contains("initContainers"))
    for (const auto& each : pod.at("initContainers")) containers.push_back(each);
  for (const auto& container : containers) {
    const auto& own = container.at("securityContext");
    EXPECT_EQ(own.at("allowPrivilegeEscalation"), false);
    EXPECT_EQ(own.at("readOnlyRootFilesystem"), true);
    EXPECT_EQ(own.at("capabilities"), R"({"drop":["ALL"]})"_json);
    for (const char* kind : {"requests", "limits"})
      for (const char* what : {"cpu", "memory"})
        EXPECT_TRUE(container.at("resources").at(kind).at(what).is_string());
    EXPECT_EQ(container.at("imagePullPolicy"), "IfNotPresent");
    std::set<std::string> volumes{"data"};
    for (const auto& volume : pod.at("volumes")) volumes.insert(volume.at("name"));
    for (const auto& mount : container.at("volumeMounts"))
      EXPECT_TRUE(volumes.contains(mount.at("name"))) << mount.dump();
  }
}

TEST(EveryPod, MeetsTheRestrictedStandardAndHasRequestsAndLimits) {
  int pods = 0;
  for (const auto& [type, object] : all(inputs(everything))) {
    if (!object.contains("/spec/template/spec"_json_pointer)) continue;
    SCOPED_TRACE(kube::name(object));
    expect_restricted(pod_of(object));
    ++pods;
  }
  EXPECT_EQ(pods, 1 + 2 + 12);
}

TEST(EveryPod, ContainsNoPassword) {
  for (const auto& [type, object] : all(inputs(everything))) {
    if (type.kind != "Secret") {
      EXPECT_EQ(object.dump().find("pw-"), std::string::npos) << object.dump();
    }
  }
}

TEST(EverySelector, DoesNotDependOnTheVersion) {
  auto in = inputs(everything);
  auto later = in;
  later.spec.version = "2.0.0";
  EXPECT_EQ(desired::deployment(in, Service::User).object["spec"]["selector"],
            desired::deployment(later, Service::User).object["spec"]["selector"]);
  auto server = database_servers(in)[0];
  EXPECT_EQ(desired::postgres(in, server).object, desired::postgres(later, server).object)
      << "a new version of the shop changes nothing of a store";
  EXPECT_EQ(desired::rabbitmq(in).object, desired::rabbitmq(later).object);
  EXPECT_EQ(desired::databases_job(in, server).object, desired::databases_job(later, server).object);
}

TEST(Resources, KeepTheRequestWithinTheLimit) {
  using desired::resources;
  const Resources defaults{{"50m", "64Mi"}, {"1", "256Mi"}};
  EXPECT_EQ(resources({}, defaults),
            R"({"requests":{"cpu":"50m","memory":"64Mi"},"limits":{"cpu":"1","memory":"256Mi"}})"_json);
  EXPECT_EQ(resources({{"2", ""}, {"", ""}}, defaults).at("limits").at("cpu"), "2");
  EXPECT_EQ(resources({{"", ""}, {"", "32Mi"}}, defaults).at("requests").at("memory"), "32Mi");
}

}  // namespace
}  // namespace shop
