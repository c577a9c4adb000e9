#include "operator/kube/apply/diff.hpp"

#include "services/kit/encoding/base64.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

Object deployment() {
  return R"({
    "apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"name": "shop-user", "namespace": "shops", "labels": {"app": "shop"}},
    "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "shop"}},
      "template": {"metadata": {"labels": {"app": "shop"}},
        "spec": {"containers": [{"name": "user", "image": "user:1",
          "resources": {"requests": {"cpu": "0.5", "memory": "1024Mi"}, "limits": {"cpu": 1}},
          "ports": [{"name": "http", "containerPort": 8080}],
          "env": [{"name": "A", "value": "1000m"}],
          "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}]}],
          "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "1024Mi"}}]}}}})"_json;
}

/// The same, with what the API server adds to it and how it writes quantities.
Object stored() {
  Object live = deployment();
  live["metadata"].update({{"uid", "u"}, {"resourceVersion", "7"}, {"generation", 1}});
  live["metadata"]["annotations"] = {{"deployment.kubernetes.io/revision", "1"}};
  live["status"] = {{"replicas", 2}};
  live["spec"]["progressDeadlineSeconds"] = 600;
  auto& pod = live["spec"]["template"]["spec"];
  pod["restartPolicy"] = "Always";
  auto& container = pod["containers"][0];
  container["imagePullPolicy"] = "IfNotPresent";
  container["ports"][0]["protocol"] = "TCP";
  container["resources"] = {{"requests", {{"cpu", "500m"}, {"memory", "1Gi"}}}, {"limits", {{"cpu", "1"}}}};
  pod["volumes"][0]["emptyDir"]["sizeLimit"] = "1Gi";
  return live;
}

std::string only(const std::vector<Difference>& found) {
  return found.size() == 1 ? describe(found[0]) : std::to_string(found.size()) + " differences";
}

// Bug 5: a diff over fields that the server defaults means endless updates.
TEST(Differences, Bug5IgnoresDefaultsAndNormalisedValues) {
  EXPECT_EQ(only(differences(deployment(), stored())), "0 differences");
}

TEST(Differences, FindsAndNamesDrift) {
  Object live = stored();
  live["spec"]["replicas"] = 5;
  EXPECT_EQ(only(differences(deployment(), live)), "spec.replicas: 5 -> 2");
  live = stored();
  live["spec"]["template"]["spec"]["containers"][0]["image"] = "evil:1";
  EXPECT_EQ(only(differences(deployment(), live)),
            R"(spec.template.spec.containers[name=user].image: "evil:1" -> "user:1")");
  live = stored();
  live["metadata"]["labels"].erase("app");
  EXPECT_EQ(only(differences(deployment(), live)), R"(metadata.labels.app: nothing -> "shop")");
}

TEST(Differences, ComparesEnvironmentValuesAsText) {
  Object live = stored();
  live["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] = "1";
  EXPECT_EQ(differences(deployment(), live).size(), 1u);
}

TEST(Differences, MatchesElementsOfKeyedListsInAnyOrder) {
  Object live = stored();
  auto& containers = live["spec"]["template"]["spec"]["containers"];
  containers.insert(containers.begin(), Object{{"name", "injected"}, {"image", "mesh:1"}});
  EXPECT_TRUE(differences(deployment(), live).empty());
  containers.erase(1);
  const auto found = differences(deployment(), live);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "spec.template.spec.containers[name=user]");
}

TEST(Differences, ComparesASelectorAsAWhole) {
  Object live = stored();
  live["spec"]["selector"]["matchLabels"]["more"] = "x";
  EXPECT_EQ(only(differences(deployment(), live)), R"(spec.selector.matchLabels.more: "x" -> nothing)");
}

TEST(Differences, MatchesPortsOfServicesByKeyAndOfPoliciesByPosition) {
  Object service = types::service.object({"shops", "shop"});
  service["spec"]["ports"] = {{{"name", "http"}, {"port", 80}}};
  Object live = service;
  live["spec"]["ports"] = {{{"name", "dns"}, {"port", 80}, {"protocol", "UDP"}},
                           {{"name", "http"}, {"port", 80}, {"protocol", "TCP"}, {"targetPort", 80}}};
  EXPECT_TRUE(differences(service, live).empty());

  Object policy = types::network_policy.object({"shops", "shop"});
  policy["spec"]["ingress"] = {{{"ports", {{{"port", 80}}}}}};
  live = policy;
  live["spec"]["ingress"][0]["ports"].push_back({{"port", 22}, {"protocol", "TCP"}});
  EXPECT_EQ(differences(policy, live).size(), 1u);
}

TEST(Differences, TakesEmptyAndZeroForMissing) {
  Object desired = types::network_policy.object({"shops", "shop"});
  desired["spec"] = {{"podSelector", Object::object()},
                     {"ingress", Object::array()},
                     {"x", 0},
                     {"y", false},
                     {"z", ""},
                     {"n", nullptr}};
  Object live = types::network_policy.object({"shops", "shop"});
  live["spec"] = Object::object();
  EXPECT_TRUE(differences(desired, live).empty());
  live["spec"]["y"] = true;
  EXPECT_EQ(only(differences(desired, live)), "spec.y: true -> false");
}

TEST(Differences, FindsButNeverShowsSecretValues) {
  Object desired = types::secret.object({"shops", "shop-db"});
  desired["stringData"]["password"] = "hunter2";
  Object live = types::secret.object({"shops", "shop-db"});
  live["data"]["password"] = kit::base64("hunter2");
  EXPECT_TRUE(differences(desired, live).empty());
  live["data"]["password"] = kit::base64("other");
  EXPECT_EQ(only(differences(desired, live)), "data.password: other");
}

TEST(Differences, ComparesListsOfCustomResourcesAsAWhole) {
  const Object desired = {
      {"apiVersion", "postgresql.cnpg.io/v1"}, {"kind", "Cluster"}, {"spec", {{"env", {{{"name", "A"}}}}}}};
  Object live = desired;
  live["spec"]["env"].push_back({{"name", "B"}});
  EXPECT_EQ(differences(desired, live).size(), 1u);
}

TEST(Differences, IgnoresFinalizersOfOthers) {
  Object desired = types::secret.object({"shops", "a"});
  desired["metadata"]["finalizers"] = {"ours"};
  Object live = desired;
  live["metadata"]["finalizers"] = {"theirs", "ours"};
  EXPECT_TRUE(differences(desired, live).empty());
  live["metadata"]["finalizers"] = {"theirs"};
  EXPECT_EQ(differences(desired, live).size(), 1u);
}

}  // namespace
}  // namespace kube
