#include "operator/kube/apply/strays.hpp"

#include <gtest/gtest.h>

namespace kube {
namespace {

Object workload(Object containers) {
  return {{"kind", "Deployment"},
          {"spec", {{"template", {{"spec", {{"containers", std::move(containers)}}}}}}}};
}

const Object desired = workload(R"([{"name":"user","image":"u:1","env":[{"name":"A","value":"1"}]}])"_json);

TEST(Strays, AreContainersAndVariablesThatAreNotDesired) {
  auto live = workload(
      R"([{"name":"user","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]},{"name":"other"}])"_json);
  live["spec"]["template"]["spec"]["initContainers"] = R"([{"name":"first"}])"_json;
  std::vector<std::string> paths;
  for (const auto& each : strays(desired, live)) paths.push_back(each.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"spec.template.spec.containers[name=other]",
                                             "spec.template.spec.containers[name=user].env[name=B]",
                                             "spec.template.spec.initContainers[name=first]"}));
  live.merge_patch(without_strays(desired));
  EXPECT_TRUE(strays(desired, live).empty());
}

TEST(Strays, AreNotWhatAdministratorsMayAdd) {
  auto live = desired;
  live["spec"]["template"]["spec"]["nodeSelector"] = {{"disk", "fast"}};
  live["spec"]["template"]["spec"]["tolerations"] = R"([{"key":"a"}])"_json;
  live["spec"]["template"]["spec"]["containers"][0]["terminationMessagePath"] = "/dev/termination-log";
  EXPECT_TRUE(strays(desired, live).empty());
  EXPECT_TRUE(strays(R"({"kind":"Service","spec":{}})"_json, live).empty());
}

}  // namespace
}  // namespace kube
