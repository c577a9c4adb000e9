#include "operator/shop/observed/failures.hpp"

#include "operator/shop/observed/last_lines.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using Json = nlohmann::json;

/// A pod with one container, as the API server returns it; `status` is the container's.
Json pod(const char* status, const char* phase = "Running") {
  auto result = R"({"kind":"Pod","metadata":{"name":"shop-user-1","namespace":"shops","uid":"u"},
    "spec":{"containers":[{"name":"user","image":"shopkeeper/user:9.9","resources":{"limits":{"memory":"256Mi"}}}]},
    "status":{"containerStatuses":[]}})"_json;
  auto container = Json::parse(status);
  container["name"] = "user";
  result["status"]["phase"] = phase;
  result["status"]["containerStatuses"].push_back(container);
  return result;
}

struct Case {
  const char* status;
  const char* failure;
};

TEST(PodFailure, NamesImageLimitExitCodeAndLastLines) {
  const Case cases[] = {
      {R"({"ready":true,"restartCount":0,"state":{"running":{"startedAt":"2026-01-01T00:00:00Z"}}})", ""},
      {R"({"ready":false,"restartCount":0,"state":{"waiting":{"reason":"ContainerCreating"}}})", ""},
      {R"({"state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image"}}})",
       "ImagePull: image shopkeeper/user:9.9 of container user cannot be pulled"},
      {R"({"state":{"waiting":{"reason":"ErrImagePull","message":"rpc error"}}})",
       "ImagePull: image shopkeeper/user:9.9 of container user cannot be pulled"},
      {R"({"state":{"waiting":{"reason":"InvalidImageName"}}})",
       "ImagePull: image shopkeeper/user:9.9 of container user has an invalid name"},
      {R"({"state":{"waiting":{"reason":"ErrImageNeverPull"}}})",
       "ImagePull: image shopkeeper/user:9.9 of container user is not on the node, and pullPolicy is Never"},
      {R"({"state":{"waiting":{"reason":"CreateContainerConfigError","message":"secret \"mail\" not found"}}})",
       "CreateContainerConfigError: container user: secret \"mail\" not found"},
      {R"({"ready":false,"restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 40s"}},
           "lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}})",
       "OOMKilled: container user needed more than its memory limit of 256Mi"},
      {R"({"ready":false,"restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}},
           "lastState":{"terminated":{"exitCode":1,"reason":"Error","message":"starting\nno such table: users\n"}}})",
       "Crash: container user ended with exit code 1: starting / no such table: users"},
      {R"({"ready":false,"restartCount":4,"state":{"running":{}},
           "lastState":{"terminated":{"exitCode":1,"reason":"Error"}}})",
       "Crash: container user ended with exit code 1"},
      {R"({"ready":true,"restartCount":4,"state":{"running":{}},
           "lastState":{"terminated":{"exitCode":1,"reason":"Error"}}})",
       ""},
      {R"({"ready":false,"restartCount":1,"state":{"running":{}},
           "lastState":{"terminated":{"exitCode":1,"reason":"Error"}}})",
       ""},
  };
  for (const auto& [status, failure] : cases) EXPECT_EQ(pod_failure(pod(status)), failure) << status;
}

TEST(PodFailure, SaysTheSameFromOneCrashToTheNext) {
  const auto crash = [](int restarts, const std::string& line) {
    auto status = R"({"ready":false,"state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off"}},
                      "lastState":{"terminated":{"exitCode":1,"reason":"Error"}}})"_json;
    status["restartCount"] = restarts;
    status["lastState"]["terminated"]["message"] = line;
    return pod_failure(pod(status.dump().c_str()));
  };
  EXPECT_EQ(
      crash(
          3,
          R"({"time":"2026-11-21T23:24:43.547Z","level":"error","message":"cannot start","error":"no route"})"),
      crash(
          9,
          R"({"time":"2026-11-21T23:29:51.002Z","level":"error","message":"cannot start","error":"no route"})"));
  EXPECT_EQ(crash(3, "2026-11-21 23:24:43.547 UTC [1] FATAL:  could not open file"),
            crash(4, "2026-11-21 23:25:43.001 UTC [7] FATAL:  could not open file"));
}

TEST(PodFailure, LeavesOutPodsThatHaveSuccessors) {
  const char* failed = R"({"ready":false,"state":{"terminated":{"exitCode":1}}})";
  EXPECT_EQ(pod_failure(pod(failed, "Failed")), "") << "evicted, or of a Job";
  auto leaving = pod(R"({"state":{"waiting":{"reason":"ImagePullBackOff"}}})");
  leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  EXPECT_EQ(pod_failure(leaving), "");
}

TEST(LastLines, HaveNoSecretsAndABound) {
  EXPECT_EQ(last_lines("connect postgresql://user:hunter2@db:5432/x failed"),
            "connect postgresql://***@db:5432/x failed");
  EXPECT_EQ(last_lines("password=hunter2, api_key: abc\nAuthorization: Bearer abcdefghijkl"),
            "password=***, api_key: *** / Authorization: Bearer ***");
  EXPECT_EQ(last_lines("password authentication failed for user \"x\""),
            "password authentication failed for user \"x\"");
  EXPECT_EQ(last_lines("1\n2\n3\n4\n\n"), "2 / 3 / 4");
  EXPECT_EQ(last_lines(""), "");
  std::string umlauts;
  for (int i = 0; i < 400; ++i) umlauts += "\xc3\xa4";
  EXPECT_LE(last_lines(umlauts).size(), 300u);
  EXPECT_NO_THROW(Json(last_lines(umlauts)).dump());
}

TEST(RefusedPods, NameTheQuotaAndNoPod) {
  EXPECT_EQ(refused_pods(
                R"({"status":{"conditions":[{"type":"ReplicaFailure","status":"True","reason":"FailedCreate",
    "message":"pods \"shop-user-5d9c-abcde\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3"}]}})"_json),
            "FailedCreate: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3");
  EXPECT_EQ(refused_pods(R"({"status":{"conditions":[{"type":"ReplicaFailure","status":"False"}]}})"_json),
            "");
}

TEST(PendingVolume, NamesClassAndSize) {
  EXPECT_EQ(pending_volume(R"({"spec":{"storageClassName":"fast","resources":{"requests":{"storage":"8Gi"}}},
                               "status":{"phase":"Pending"}})"_json),
            "storage class fast has not provided a volume of 8Gi");
  EXPECT_EQ(pending_volume(R"({"status":{"phase":"Bound"}})"_json), "");
}

TEST(JobPodFailure, IsThatOfTheNewestFailedPod) {
  const auto job =
      R"({"kind":"Job","metadata":{"name":"shop-user-migrate","namespace":"shops","uid":"job"}})"_json;
  Observed observed;
  for (const auto& [name, created, message] :
       {std::tuple{"a", "2026-01-01T00:00:10Z", "second"}, {"b", "2026-01-01T00:00:01Z", "first"}}) {
    auto each = pod(R"({"state":{"terminated":{"exitCode":2,"reason":"Error"}}})", "Failed");
    each["metadata"]["name"] = name;
    each["metadata"]["creationTimestamp"] = created;
    each["metadata"]["ownerReferences"] = {{{"kind", "Job"}, {"uid", "job"}, {"controller", true}}};
    each["status"]["containerStatuses"][0]["state"]["terminated"]["message"] = message;
    observed.add(std::make_shared<const Json>(each));
  }
  EXPECT_EQ(job_pod_failure(observed, job), "Crash: container user ended with exit code 2: second");
  EXPECT_EQ(job_pod_failure({}, job), "");
}

}  // namespace
}  // namespace shop
